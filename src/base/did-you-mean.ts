/** Edits (insert, delete, replace, swap neighbours) from one word to the other, never more than `limit + 1`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = nextRow({ a, b, i, last, beforeLast });
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** One row of the table of distances: from the first `i` letters of `a` to every beginning of `b`. */
function nextRow(at: {
  readonly a: string;
  readonly b: string;
  readonly i: number;
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}): number[] {
  const { a, b, i, last, beforeLast } = at;
  const row = [i];
  for (let j = 1; j <= b.length; j++) {
    const same = a[i - 1] === b[j - 1] ? 0 : 1;
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same];
    if (swapped) ways.push((beforeLast[j - 2] ?? 0) + 1);
    row.push(Math.min(...ways));
  }
  return row;
}

/** The known word nearest to what was written, if it is near enough to be meant. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const limit = written.length <= 3 ? 1 : written.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = limit + 1;
  const word = written.toLowerCase();
  for (const candidate of known) {
    const d = distance(word, candidate.toLowerCase(), limit);
    if (d < bestDistance || (d === bestDistance && d <= limit && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** `did you mean "ports"?`, or undefined when nothing is near. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  const word = nearest(written, known);
  return word === undefined ? undefined : `did you mean "${word}"?`;
}
