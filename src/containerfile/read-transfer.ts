/** COPY and ADD. */
import type { Flags, FlagTable } from './flags.ts';
import { heredocOperator } from './heredoc.ts';
import { readJsonForm } from './json-form.ts';
import type { Problems } from './problems.ts';
import type { Slice } from './slice.ts';
import { splitAtBlanks } from './split-words.ts';
import type { AddInstruction, CopyInstruction, Heredoc, Word } from './types.ts';

export const copyFlags = {
  from: 'value',
  chown: 'value',
  chmod: 'value',
  link: 'switch',
  parents: 'switch',
  exclude: 'list',
} as const satisfies FlagTable;

export const addFlags = {
  ...copyFlags,
  checksum: 'value',
  'keep-git-dir': 'switch',
  unpack: 'switch',
} as const satisfies FlagTable;

type Shared = Omit<CopyInstruction, 'kind' | 'span' | 'text'>;

/** The paths and the flags that COPY and ADD share. */
export function readTransfer(
  keyword: 'COPY' | 'ADD',
  args: Slice,
  flags: Flags,
  heredocs: readonly Heredoc[],
  problems: Problems,
): Shared | undefined {
  const words = pathWords(args, problems);
  if (!words) return undefined;
  const dest = words.at(-1);
  if (!dest || (words.length === 1 && !dest.isHeredoc))
    return problems.error(
      `${keyword} needs a source and a destination`,
      args.span,
      `write ${keyword} SOURCE... DESTINATION`,
    );
  if (dest.isHeredoc)
    return problems.error('a heredoc cannot be the destination', dest.word.span, 'add a path after it');
  const sources = words.slice(0, -1).flatMap((one) => (one.isHeredoc ? [] : [one.word]));
  return { sources, heredocs, dest: dest.word, ...sharedFlags(flags) };
}

/** ADD's own flags. */
export function readAddFlags(flags: Flags): Pick<AddInstruction, 'checksum' | 'keepGitDir' | 'unpack'> {
  const checksum = flags.value('checksum');
  const unpack = flags.switch('unpack');
  return {
    ...(checksum ? { checksum } : {}),
    keepGitDir: flags.switch('keep-git-dir') ?? false,
    ...(unpack === undefined ? {} : { unpack }),
  };
}

function sharedFlags(flags: Flags): Omit<Shared, 'sources' | 'heredocs' | 'dest'> {
  const [from, chown, chmod] = [flags.value('from'), flags.value('chown'), flags.value('chmod')];
  return {
    ...(from ? { from } : {}),
    ...(chown ? { chown } : {}),
    ...(chmod ? { chmod } : {}),
    link: flags.switch('link') ?? false,
    parents: flags.switch('parents') ?? false,
    excludes: flags.values('exclude'),
  };
}

interface PathWord {
  readonly word: Word;
  readonly isHeredoc: boolean;
}

function pathWords(args: Slice, problems: Problems): PathWord[] | undefined {
  const json = readJsonForm(args);
  if (json.kind === 'not-strings')
    return problems.error(
      'a list of paths may hold strings only',
      args.span,
      'put each path in "double quotes"',
    );
  if (json.kind === 'strings') return json.words.map((word) => ({ word, isHeredoc: false }));
  return splitAtBlanks(args).map((part) => ({
    word: part.word,
    isHeredoc: heredocOperator(part) !== undefined,
  }));
}
