/**
 * Ignore files: which paths of a build context the builder does not see.
 *
 * The last pattern that matches a path decides; `!` takes a path back in. A pattern that matches a folder holds for
 * all that is in it. Unlike in `.gitignore`, `foo` means `/foo` and nothing else.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
import { fail } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import { BadPattern, goExpression } from './go-match.ts';

interface Pattern {
  /** Cleaned, without `!`. */
  readonly text: string;
  readonly negated: boolean;
  readonly expression: RegExp;
  /** The number of parts that the paths it matches have; undefined with `**`. */
  readonly depth?: number;
}

export interface IgnoreMatcher {
  /** True when some pattern begins with `!`. */
  readonly hasExceptions: boolean;
  /** True when the builder does not see the path. Slashes, relative to the context, e.g. `src/a.ts`. */
  readonly ignores: (path: string) => boolean;
  /**
   * True when the builder does not look into the folder: it is ignored and no `!` pattern begins with its path. Buildah
   * decides so by the text of the pattern; Docker would also look into it for a `!` pattern with wildcards.
   */
  readonly prunes: (folder: string) => boolean;
}

/**
 * Where the ignore file of a Containerfile may be, best first, relative to where the Containerfile (first two) and the
 * context (last two) are.
 */
export function ignoreFileNames(containerfileName: string): {
  readonly beside: readonly string[];
  readonly inContext: readonly string[];
} {
  return {
    beside: [`${containerfileName}.containerignore`, `${containerfileName}.dockerignore`],
    inContext: ['.containerignore', '.dockerignore'],
  };
}

/**
 * Reads an ignore file.
 *
 * @param path - for messages
 * @throws {ComposeError} `E_CONTAINERFILE` with the place of a malformed pattern
 */
export function parseIgnoreFile(text: string, path: string): IgnoreMatcher {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => readPattern(line, { path, line: index + 1, column: 1 }) ?? []);
  return matcherOf(patterns);
}

/** A matcher for a list of patterns that stand in no file, such as those of `--exclude`. */
export function ignoreMatcher(patterns: readonly string[], span: Span): IgnoreMatcher {
  return matcherOf(patterns.flatMap((text) => readPattern(text, span) ?? []));
}

function readPattern(line: string, span: Span): Pattern | undefined {
  if (line.startsWith('#')) return undefined;
  const trimmed = line.trim();
  if (trimmed === '') return undefined;
  const negated = trimmed.startsWith('!');
  const written = negated ? trimmed.slice(1).trim() : trimmed;
  const place = { ...span, endColumn: span.column + line.length };
  if (written === '') throw fail('E_CONTAINERFILE', 'a "!" without a pattern', { span: place });
  const text = cleanPath(written);
  try {
    const depth = text.includes('**') ? {} : { depth: text.split('/').length };
    return { text, negated, expression: new RegExp(`^${expressionOf(text)}$`, 'su'), ...depth };
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error;
    throw fail('E_CONTAINERFILE', `the pattern "${trimmed}" has ${error.message}`, {
      span: place,
      cause: error,
    } as never);
  }
}

/** As Go's `filepath.Clean`, then without the slash at the front; `.` stays. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  return parts.join('/') || '.';
}

/** `**` is any number of folders, at the end anything; `a**b` is `ab` and `a/x/b`. The rest is Go's. */
function expressionOf(pattern: string): string {
  let out = '';
  let rest = pattern;
  for (let star = rest.indexOf('**'); star !== -1; star = rest.indexOf('**')) {
    if (isEscaped(rest, star)) break;
    out += goExpression(rest.slice(0, star));
    // Three stars are two and one.
    rest = rest.slice(star + 2).replace(/^\//, '');
    if (rest === '') return `${out}.*`;
    out += '(?:.*/)?';
  }
  return out + goExpression(rest);
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function matcherOf(patterns: readonly Pattern[]): IgnoreMatcher {
  const exceptions = patterns.filter((pattern) => pattern.negated);
  return {
    hasExceptions: exceptions.length > 0,
    ignores: (path) => patterns.length > 0 && isIgnored(patterns, path),
    prunes: (folder) =>
      patterns.length > 0 && isIgnored(patterns, folder) && !exceptions.some((one) => canReach(one, folder)),
  };
}

/** Each pattern in turn, on the path and on the folders above it. */
function isIgnored(patterns: readonly Pattern[], path: string): boolean {
  const places = [...parents(path), path];
  let ignored = false;
  for (const { negated, depth, expression } of patterns) {
    // A pattern that would not change the answer need not be tried.
    if (negated !== ignored) continue;
    const candidates = depth === undefined ? places : places.slice(depth - 1, depth);
    if (candidates.some((place) => expression.test(place))) ignored = !negated;
  }
  return ignored;
}

/** `a/b/c` -> `a`, `a/b` */
function parents(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

/** The pattern's text begins with the folder's path: `!docs/keep` opens `docs`, and `!d*` followed by `/keep` does not. */
function canReach(pattern: Pattern, folder: string): boolean {
  return `${pattern.text}/`.startsWith(folder);
}
