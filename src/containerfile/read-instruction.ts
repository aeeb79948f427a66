/** One logical line -> one instruction. A table with a reader for each of the eighteen. */

import { didYouMean } from '../base/did-you-mean.ts';
import { own } from '../base/own.ts';
import type { Span } from '../base/span.ts';
import { readCommand } from './command-form.ts';
import { Flags, type FlagTable, takeFlags } from './flags.ts';
import { type HeredocOperator, heredocOperators } from './heredoc.ts';
import { readJsonForm } from './json-form.ts';
import { parseMount } from './mounts.ts';
import type { Problems } from './problems.ts';
import { readFrom } from './read-from.ts';
import { healthFlags, readHealthcheck } from './read-health.ts';
import { readArgs, readPairs } from './read-pairs.ts';
import { addFlags, copyFlags, readAddFlags, readTransfer } from './read-transfer.ts';
import type { Slice } from './slice.ts';
import { splitAtBlanks, splitFirst } from './split-words.ts';
import type { EscapeChar, Heredoc, Instruction, StageInstruction, Word } from './types.ts';

export interface ReadContext {
  readonly escapeChar: EscapeChar;
  readonly problems: Problems;
  /** Takes the contents of heredocs from the lines that follow. */
  readonly heredocs: (operators: readonly HeredocOperator[]) => readonly Heredoc[];
}

/** What a reader gets: everything of the line, taken apart. */
interface Parts extends ReadContext {
  readonly keyword: string;
  readonly base: { readonly span: Span; readonly text: string };
  readonly args: Slice;
  readonly flags: Flags;
  readonly found: readonly Heredoc[];
}

interface Reader {
  readonly flags: FlagTable;
  readonly heredocs?: true;
  readonly read: (parts: Parts) => Instruction | undefined;
}

const runFlags = { mount: 'list', network: 'value', security: 'value' } as const satisfies FlagTable;

const readers: Readonly<Record<string, Reader>> = {
  ADD: {
    flags: addFlags,
    heredocs: true,
    read: ({ base, args, flags, found, problems }) => {
      const shared = readTransfer('ADD', args, flags, found, problems);
      return shared && { kind: 'add', ...base, ...shared, ...readAddFlags(flags) };
    },
  },
  ARG: {
    flags: {},
    read: ({ base, args, escapeChar, problems }) => {
      const list = readArgs(args, escapeChar, problems);
      return list && { kind: 'arg', ...base, args: list };
    },
  },
  CMD: { flags: {}, read: (parts) => readCommandOf('cmd', parts) },
  COPY: {
    flags: copyFlags,
    heredocs: true,
    read: ({ base, args, flags, found, problems }) => {
      const shared = readTransfer('COPY', args, flags, found, problems);
      return shared && { kind: 'copy', ...base, ...shared };
    },
  },
  ENTRYPOINT: { flags: {}, read: (parts) => readCommandOf('entrypoint', parts) },
  ENV: {
    flags: {},
    read: ({ base, args, escapeChar, problems }) => {
      const pairs = readPairs('ENV', args, escapeChar, problems);
      return pairs && { kind: 'env', ...base, ...pairs };
    },
  },
  EXPOSE: {
    flags: {},
    read: (parts) => {
      const ports = words(parts, 'a port', 'e.g. EXPOSE 80/tcp');
      return ports && { kind: 'expose', ...parts.base, ports };
    },
  },
  FROM: {
    flags: { platform: 'value' },
    read: ({ base, args, flags, problems }) => {
      const fields = readFrom(args, flags, problems);
      return fields && { kind: 'from', ...base, ...fields };
    },
  },
  HEALTHCHECK: {
    flags: healthFlags,
    read: ({ base, args, flags, problems }) => {
      const check = readHealthcheck(args, flags, problems);
      return check && { kind: 'healthcheck', ...base, check };
    },
  },
  LABEL: {
    flags: {},
    read: ({ base, args, escapeChar, problems }) => {
      const pairs = readPairs('LABEL', args, escapeChar, problems);
      return pairs && { kind: 'label', ...base, ...pairs };
    },
  },
  MAINTAINER: {
    flags: {},
    read: (parts) => {
      const author = whole(parts, 'a name');
      return author && { kind: 'maintainer', ...parts.base, author };
    },
  },
  ONBUILD: { flags: {}, heredocs: true, read: readOnbuild },
  RUN: { flags: runFlags, heredocs: true, read: readRun },
  SHELL: {
    flags: {},
    read: ({ base, args, problems }) => {
      const json = readJsonForm(args);
      if (json.kind === 'strings' && json.words.length > 0)
        return { kind: 'shell', ...base, args: json.words };
      return problems.error('SHELL needs a JSON array', args.span, 'e.g. SHELL ["/bin/bash", "-c"]');
    },
  },
  STOPSIGNAL: {
    flags: {},
    read: (parts) => {
      const signal = whole(parts, 'a signal');
      return signal && { kind: 'stopsignal', ...parts.base, signal };
    },
  },
  USER: {
    flags: {},
    read: (parts) => {
      const user = whole(parts, 'a user');
      return user && { kind: 'user', ...parts.base, user };
    },
  },
  VOLUME: { flags: {}, read: readVolume },
  WORKDIR: {
    flags: {},
    read: (parts) => {
      const path = whole(parts, 'a path');
      return path && { kind: 'workdir', ...parts.base, path };
    },
  },
};

/** The keywords of the language, in upper case and sorted. */
export const keywords: readonly string[] = Object.keys(readers);

/** @returns undefined when the line is wrong; what is wrong is then among the problems */
export function readInstruction(slice: Slice, context: ReadContext): Instruction | undefined {
  const all = slice.trim();
  const [head, tail] = splitFirst(all);
  const keyword = head.text.toUpperCase();
  const reader = own(readers, keyword);
  if (!reader) {
    const hint = didYouMean(keyword, keywords) ?? `the instructions are ${keywords.join(', ')}`;
    return context.problems.error(`unknown instruction "${head.text}"`, head.span, hint);
  }
  // ONBUILD's flags are those of its trigger.
  const { flags: given, rest } = keyword === 'ONBUILD' ? { flags: [], rest: tail } : takeFlags(tail);
  const before = context.problems.errors.length;
  const found =
    reader.heredocs && keyword !== 'ONBUILD'
      ? context.heredocs(heredocOperators(rest, context.escapeChar))
      : [];
  const flags = new Flags(keyword, given, reader.flags, context.problems);
  const base = { span: all.span, text: all.text };
  const args = rest.isEmpty ? head : rest;
  const instruction = reader.read({
    ...context,
    keyword,
    base,
    args: rest.isEmpty ? emptyAt(args) : rest,
    flags,
    found,
  });
  return context.problems.errors.length > before ? undefined : instruction;
}

/** Nothing, at the end of the keyword, so that a message about it has a place. */
function emptyAt(keyword: Slice): Slice {
  const { length } = keyword.text;
  return keyword.cut(length, length);
}

function readCommandOf(kind: 'cmd' | 'entrypoint', parts: Parts): Instruction | undefined {
  const command = readCommand(parts.args, parts.problems);
  return command && { kind, ...parts.base, command };
}

function readRun({ base, args, flags, found, problems }: Parts): Instruction | undefined {
  if (args.isEmpty) return problems.error('RUN needs a command', args.span, 'e.g. RUN make install');
  const command = readCommand(args, problems);
  const mounts = flags.values('mount').map((word) => parseMount(word, problems));
  const network = choice(flags.value('network'), ['default', 'none', 'host'], problems);
  const security = choice(flags.value('security'), ['sandbox', 'insecure'], problems);
  return (
    command && {
      kind: 'run',
      ...base,
      mounts: mounts.filter((mount) => mount !== undefined),
      ...(network ? { network } : {}),
      ...(security ? { security } : {}),
      command,
      heredocs: found,
    }
  );
}

function choice(word: Word | undefined, allowed: readonly string[], problems: Problems): Word | undefined {
  if (word && !word.text.includes('$') && !allowed.includes(word.text))
    problems.error(
      `"${word.text}" is not among ${allowed.join(', ')}`,
      word.span,
      didYouMean(word.text, allowed),
    );
  return word;
}

const refusedTriggers: ReadonlySet<string> = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);

function readOnbuild(parts: Parts): Instruction | undefined {
  const { args, base, problems } = parts;
  if (args.isEmpty)
    return problems.error('ONBUILD needs an instruction', args.span, 'e.g. ONBUILD COPY . /src');
  const [head] = splitFirst(args);
  if (refusedTriggers.has(head.text.toUpperCase()))
    return problems.error(`${head.text.toUpperCase()} cannot be a trigger of ONBUILD`, head.span);
  const trigger = readInstruction(args, parts);
  return trigger && { kind: 'onbuild', ...base, triggerText: args.trim().text, trigger };
}

function readVolume(parts: Parts): StageInstruction | undefined {
  const { args, base, problems } = parts;
  const json = readJsonForm(args);
  if (json.kind === 'not-strings')
    return problems.error(
      'a list of volumes may hold strings only',
      args.span,
      'put each path in "double quotes"',
    );
  const paths = json.kind === 'strings' ? json.words : words(parts, 'a path', 'e.g. VOLUME /data');
  if (paths?.length === 0) return problems.error('VOLUME needs a path', args.span, 'e.g. VOLUME /data');
  const blank = paths?.find((path) => path.text.trim() === '');
  if (blank) return problems.error('the path of a volume is empty', blank.span);
  return paths && { kind: 'volume', ...base, paths };
}

function words({ keyword, args, problems }: Parts, what: string, hint: string): Word[] | undefined {
  const list = splitAtBlanks(args).map((part) => part.word);
  return list.length > 0 ? list : problems.error(`${keyword} needs ${what}`, args.span, hint);
}

/** The rest of the line is one value, blanks and all. */
function whole({ keyword, args, problems }: Parts, what: string): Word | undefined {
  return args.isEmpty ? problems.error(`${keyword} needs ${what}`, args.span) : args.word;
}
