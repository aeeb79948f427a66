import type { FlagTable } from './flag.ts';

export interface SplitArgv {
  /** What stands before the command. */
  readonly globals: readonly string[];
  readonly command: string | undefined;
  readonly rest: readonly string[];
}

/** Finds the command: the first word that is neither a flag nor a flag's value. `-f` means another thing after it than before. */
export function splitArgv(argv: readonly string[], globals: FlagTable): SplitArgv {
  const takesValue = new Set<string>();
  for (const [name, flag] of Object.entries(globals)) {
    if (flag.type === 'boolean') continue;
    takesValue.add(`--${name}`);
    if (flag.short !== undefined) takesValue.add(`-${flag.short}`);
  }
  let at = 0;
  while (at < argv.length) {
    const token = argv[at] ?? '';
    if (token === '--') {
      return { globals: argv.slice(0, at), command: argv[at + 1], rest: argv.slice(at + 2) };
    }
    if (!token.startsWith('-') || token === '-') break;
    at += takesNext(token, takesValue) ? 2 : 1;
  }
  return { globals: argv.slice(0, at), command: argv[at], rest: argv.slice(at + 1) };
}

function takesNext(token: string, takesValue: ReadonlySet<string>): boolean {
  if (token.startsWith('--')) return takesValue.has(token);
  for (let index = 1; index < token.length; index++) {
    if (takesValue.has(`-${token.charAt(index)}`)) return index === token.length - 1;
  }
  return false;
}
