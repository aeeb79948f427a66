/** The exec form: a JSON array of strings. */
import type { Slice } from './slice.ts';
import type { Word } from './types.ts';

export type JsonForm =
  | { readonly kind: 'strings'; readonly words: readonly Word[] }
  /** Valid JSON, but something else than strings is in it: an error in Docker and in Buildah. */
  | { readonly kind: 'not-strings' }
  /** No JSON array: the shell form. */
  | { readonly kind: 'none' };

/** Reads `["a", "b"]`. Text that begins like an array but is not valid JSON counts as shell form, as Docker has it. */
export function readJsonForm(slice: Slice): JsonForm {
  const trimmed = slice.trim();
  if (!trimmed.text.startsWith('[')) return { kind: 'none' };
  const values = parseArray(trimmed.text);
  if (values === undefined) return { kind: 'none' };
  if (!values.every((value) => typeof value === 'string')) return { kind: 'not-strings' };
  const places = stringPlaces(trimmed);
  return {
    kind: 'strings',
    words: values.map((text, index) => ({ text, span: (places[index] ?? trimmed).span })),
  };
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    // Not JSON: that is an answer, not a failure.
    return undefined;
  }
}

/** Where the strings of an array stand, quotes included. Only for text that is known to be an array of strings. */
function stringPlaces(slice: Slice): Slice[] {
  return [...slice.text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((match) =>
    slice.cut(match.index, match.index + match[0].length),
  );
}
