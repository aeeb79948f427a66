/** Keys in the order that Compose tools print YAML maps: letters after other characters, and numbers by their value ("a2" before "a10"). */

const isLetter = (char: string): boolean => /\p{L}/u.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && /\p{Nd}/u.test(char);

export function compareNaturally(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at += 1;
  const [x, y] = [left[at], right[at]];
  if (x === undefined || y === undefined) return left.length - right.length;
  return compareAt(left, right, at, isDigit(left[at - 1]));
}

/** Compares from the first difference on. @param afterDigit - what stands before it, in both, is a digit */
function compareAt(
  left: readonly string[],
  right: readonly string[],
  at: number,
  afterDigit: boolean,
): number {
  const [x = '', y = ''] = [left[at], right[at]];
  const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
  if (xLetter && yLetter) return compareChars(x, y);
  // After a digit the number goes on in one of them, which makes it the greater; else letters come last.
  if (xLetter || yLetter) return (afterDigit ? xLetter : yLetter) ? -1 : 1;
  const numbers = [numberFrom(left, at, x, y), numberFrom(right, at, x, y)] as const;
  if (numbers[0].value !== numbers[1].value) return numbers[0].value - numbers[1].value;
  if (numbers[0].end !== numbers[1].end) return numbers[0].end - numbers[1].end;
  return compareChars(x, y);
}

function compareChars(x: string, y: string): number {
  return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
}

interface Digits {
  readonly value: number;
  readonly end: number;
}

/** The rest of a number; a digit that is not zero before a differing zero keeps its weight. */
function numberFrom(chars: readonly string[], at: number, x: string, y: string): Digits {
  let value = 0;
  if (x === '0' || y === '0') {
    for (let i = at - 1; i >= 0 && isDigit(chars[i]); i--) {
      if (chars[i] !== '0') {
        value = 1;
        break;
      }
    }
  }
  let end = at;
  for (; isDigit(chars[end]); end++) value = value * 10 + Number(chars[end]);
  return { value, end };
}
