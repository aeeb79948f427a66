import { own } from '../base/own.ts';
import type { Flag, FlagTable } from './flag.ts';
import { globalFlags } from './global-options.ts';
import { commands } from './registry.ts';
import { splitArgv } from './split-argv.ts';

/** What could stand at the end of a command line. */
export interface Completion {
  /** "word" or "word<TAB>description". */
  readonly candidates: readonly string[];
  /** File names are wanted. */
  readonly files: boolean;
}

/** Names that only the project knows; asked for when they are needed. */
export interface ProjectNames {
  readonly services: () => Promise<readonly string[]>;
  readonly profiles: () => Promise<readonly string[]>;
}

const nothing: Completion = { candidates: [], files: false };

/** Completes the last of `words`, which is what has been typed of it. */
export async function complete(words: readonly string[], names: ProjectNames): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { command, rest, globals } = splitArgv(before, globalFlags);
  if (command === undefined) {
    const value = await valueFor(globals.at(-1), globalFlags, names);
    if (value) return value;
    if (current.startsWith('-')) return flagsOf(globalFlags);
    const list = Object.entries(commands).filter(([, { hidden }]) => !hidden);
    return { ...nothing, candidates: list.map(([name, { summary }]) => `${name}\t${summary}`) };
  }
  if (command === 'help') return { ...nothing, candidates: Object.keys(commands) };
  return afterCommand(command, rest, current, names);
}

async function afterCommand(
  name: string,
  rest: readonly string[],
  current: string,
  names: ProjectNames,
): Promise<Completion> {
  const entry = own(commands, name);
  if (!entry) return nothing;
  const command = await entry.load();
  const value = await valueFor(rest.at(-1), command.flags, names);
  if (value) return value;
  if (current.startsWith('-')) return flagsOf(command.flags);
  if (name === 'init') {
    const { templateSummaries } = await import('./templates.ts');
    return { candidates: rest.length === 0 ? Object.keys(templateSummaries) : [], files: rest.length > 0 };
  }
  if (name === 'completion') return { ...nothing, candidates: ['bash', 'zsh', 'fish'] };
  if (!command.usage.includes('SERVICE')) return nothing;
  // After the service of exec and its kin come words that are not ours.
  const isOurs = command.interspersed || !rest.some((word) => !word.startsWith('-'));
  return isOurs ? { ...nothing, candidates: await names.services() } : { candidates: [], files: true };
}

/** When the word before is a flag that takes a value: what the value could be. */
async function valueFor(
  word: string | undefined,
  flags: FlagTable,
  names: ProjectNames,
): Promise<Completion | undefined> {
  const found = Object.entries(flags).find(
    ([name, flag]) => word === `--${name}` || (flag.short !== undefined && word === `-${flag.short}`),
  );
  if (!found || found[1].type === 'boolean') return undefined;
  const [name, flag] = found;
  if (flag.choices) return { ...nothing, candidates: flag.choices };
  if (name === 'profile') return { ...nothing, candidates: await names.profiles() };
  if (['attach', 'no-attach', 'exit-code-from'].includes(name))
    return { ...nothing, candidates: await names.services() };
  return { candidates: [], files: flag.type !== 'number' };
}

function flagsOf(flags: FlagTable): Completion {
  const shown = Object.entries(flags).filter(([, flag]: [string, Flag]) => !flag.hidden);
  return {
    ...nothing,
    candidates: [...shown.map(([name, { text }]) => `--${name}\t${text}`), '--help\tPrint the help'],
  };
}
