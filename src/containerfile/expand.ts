/**
 * Gives an instruction with the words resolved that Docker resolves.
 *
 * | instruction | what is expanded |
 * |---|---|
 * | ADD, COPY | paths, `--from --chown --chmod --exclude --checksum`, heredocs with an unquoted name |
 * | ARG, ENV, LABEL | names and values |
 * | EXPOSE | each word, which may become several |
 * | STOPSIGNAL, USER, VOLUME, WORKDIR | each word |
 * | RUN | `--mount`, `--network`, `--security`; never the command: the shell does that |
 * | CMD, ENTRYPOINT, HEALTHCHECK, MAINTAINER, ONBUILD, SHELL | nothing |
 *
 * All words of one instruction see the variables as they are before it: `ENV a=1 b=$a` takes the earlier `a`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
import { ComposeError, unreachable } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import { ExpansionError, expandToWords, expandWord, type QuoteMode } from './expand-word.ts';
import { parseMount } from './mounts.ts';
import { Problems } from './problems.ts';
import { isSignal } from './signals.ts';
import type {
  AddInstruction,
  CopyInstruction,
  FromInstruction,
  Heredoc,
  Lookup,
  NameValue,
  RunInstruction,
  StageInstruction,
  Word,
} from './types.ts';

/**
 * Expands an instruction of a stage.
 *
 * @throws {ComposeError} `E_CONTAINERFILE` with the place of the word: bad syntax, a `${NAME:?}` that is not set, a value
 * that the instruction cannot have
 */
export function expandInstruction(instruction: StageInstruction, lookup: Lookup): StageInstruction {
  const words = new WordExpander(lookup);
  const result = expandKind(instruction, words);
  words.end();
  return result;
}

/**
 * Expands a FROM.
 *
 * @param lookup - of the ARGs above the first FROM, see `scope.ts`
 */
export function expandFrom(from: FromInstruction, lookup: Lookup): FromInstruction {
  const words = new WordExpander(lookup);
  const image = words.one(from.image);
  const result = { ...from, image, ...(from.platform ? { platform: words.one(from.platform) } : {}) };
  if (image.text.trim() === '')
    words.problems.error(
      `the image of FROM is empty: "${from.image.text}"`,
      from.image.span,
      'give the ARG a default above the first FROM',
    );
  words.end();
  return result;
}

function namedVolumes(paths: readonly Word[], problems: Problems): readonly Word[] {
  for (const { text, span } of paths)
    if (text === '') problems.error('a volume of VOLUME is empty', span, 'give its variable a value');
  return paths;
}

class WordExpander {
  readonly problems: Problems = new Problems();
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  one(word: Word): Word {
    return { ...word, text: this.text(word.text, word.span, 'remove') };
  }

  optional<K extends string>(key: K, word: Word | undefined): { [P in K]?: Word } {
    return (word ? { [key]: this.one(word) } : {}) as { [P in K]?: Word };
  }

  list(words: readonly Word[]): Word[] {
    return words.map((word) => this.one(word));
  }

  split(word: Word): Word[] {
    return this.#try(word.span, () => expandToWords(word.text, this.#lookup), []).map((text) => ({
      ...word,
      text,
    }));
  }

  text(text: string, span: Span, quotes: QuoteMode): string {
    return this.#try(span, () => expandWord(text, this.#lookup, quotes), '');
  }

  #try<T>(span: Span, expand: () => T, otherwise: T): T {
    try {
      return expand();
    } catch (error) {
      if (!(error instanceof ExpansionError)) throw error;
      this.problems.error(error.message, span);
      return otherwise;
    }
  }

  end(): void {
    if (this.problems.errors.length > 0) throw new ComposeError(this.problems.errors);
  }
}

function expandKind(instruction: StageInstruction, words: WordExpander): StageInstruction {
  switch (instruction.kind) {
    case 'add':
    case 'copy':
      return expandTransfer(instruction, words);
    case 'arg':
      return {
        ...instruction,
        args: instruction.args.map(({ name, value }) => ({
          name: words.one(name),
          ...words.optional('value', value),
        })),
      };
    case 'env':
    case 'label':
      return { ...instruction, pairs: expandPairs(instruction.pairs, words) };
    case 'expose':
      return { ...instruction, ports: instruction.ports.flatMap((word) => words.split(word)) };
    case 'run':
      return expandRun(instruction, words);
    case 'stopsignal':
      return { ...instruction, signal: signalOf(words.one(instruction.signal), words.problems) };
    case 'user':
      return { ...instruction, user: words.one(instruction.user) };
    case 'volume':
      return { ...instruction, paths: namedVolumes(words.list(instruction.paths), words.problems) };
    case 'workdir':
      return { ...instruction, path: words.one(instruction.path) };
    case 'cmd':
    case 'entrypoint':
    case 'healthcheck':
    case 'maintainer':
    case 'onbuild':
    case 'shell':
      return instruction;
    default:
      return unreachable(instruction);
  }
}

function expandTransfer(
  instruction: AddInstruction | CopyInstruction,
  words: WordExpander,
): AddInstruction | CopyInstruction {
  const shared = {
    sources: words.list(instruction.sources),
    heredocs: instruction.heredocs.map((heredoc) => expandHeredoc(heredoc, words)),
    dest: words.one(instruction.dest),
    ...words.optional('from', instruction.from),
    ...words.optional('chown', instruction.chown),
    ...words.optional('chmod', instruction.chmod),
    excludes: words.list(instruction.excludes),
  };
  if (instruction.kind === 'copy') return { ...instruction, ...shared };
  return { ...instruction, ...shared, ...words.optional('checksum', instruction.checksum) };
}

function expandHeredoc(heredoc: Heredoc, words: WordExpander): Heredoc {
  if (!heredoc.expand) return heredoc;
  return { ...heredoc, content: words.text(heredoc.content, heredoc.span, 'keep') };
}

function expandRun(run: RunInstruction, words: WordExpander): RunInstruction {
  return {
    ...run,
    mounts: run.mounts.flatMap((mount) => parseMount(words.one(mount.text), words.problems) ?? []),
    ...words.optional('network', run.network),
    ...words.optional('security', run.security),
  };
}

function expandPairs(pairs: readonly NameValue[], words: WordExpander): NameValue[] {
  return pairs.map(({ name, value }) => {
    const expanded = words.one(name);
    if (expanded.text === '') words.problems.error(`the name "${name.text}" is empty`, name.span);
    return { name: expanded, value: words.one(value) };
  });
}

function signalOf(word: Word, problems: Problems): Word {
  if (!isSignal(word.text))
    problems.error(`"${word.text}" is no signal`, word.span, 'write a name such as SIGTERM, or a number');
  return word;
}
