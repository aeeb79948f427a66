/**
 * Env files of plain lines are parsed by the dotenv package: in them its grammar and that of Compose agree (test/property/env-files.test.ts).
 *
 * They part over quotes, `$`, `#` in a value, `KEY: value`, a KEY alone, characters of other alphabets and lines that are wrong; a file with
 * any of these is not plain.
 */
import { createRequire } from 'node:module';

type Parse = typeof import('dotenv').parse;

/** Nothing, a comment, or KEY=VALUE. */
const plainLine =
  /^[\t ]*(?:#[^\r\u2028\u2029]*|(?:export[\t ]+)?(?!(?:export|__proto__)[\t =])[A-Za-z_][\w.-]*[\t ]*=[\t ]*(?:[!%&(-_a-~][\t !"%-~]*)?)?\r?$/;

/**
 * Parses a file of plain lines, like `# where\nHOST=db\nexport PORT=5432`.
 *
 * @returns keys in the order in which they first appear, the last value of each; undefined when the file has any other line
 */
export function parsePlainEnvFile(content: string): Map<string, string> | undefined {
  if (!content.split('\n').every((line) => plainLine.test(line))) return undefined;
  return new Map(Object.entries(dotenvParse()(content, { fast: true })));
}

/** Loaded when the first file needs it; the bundle has it inside (scripts/bundle.mjs). */
function dotenvParse(): Parse {
  return (createRequire(import.meta.url)('dotenv') as { readonly parse: Parse }).parse;
}
