import { describe, expect, it } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import { formatSpan } from '../../../src/base/span.ts';
import { expandFrom, expandInstruction } from '../../../src/containerfile/expand.ts';
import { parseContainerfile } from '../../../src/containerfile/parse.ts';
import type { StageInstruction, Word } from '../../../src/containerfile/types.ts';

const lookup = (name: string): string | undefined => ({ a: '1', b: 'x y', p: '80 81/udp', dir: '/d' })[name];

function expand(text: string): StageInstruction {
  const [instruction] = parseContainerfile(`FROM a\n${text}`, 'f').stages[0]?.instructions ?? [];
  if (!instruction) throw new Error('no instruction');
  return expandInstruction(instruction, lookup);
}

const texts = (words: readonly Word[]): string[] => words.map((word) => word.text);

describe('expansion by instruction', () => {
  it.each<[string, (instruction: never) => unknown, unknown]>([
    [
      'ENV x=$a $a=y q="$b"',
      pairs,
      [
        ['x', '1'],
        ['1', 'y'],
        ['q', 'x y'],
      ],
    ],
    ['ENV x some "$b" text', pairs, [['x', 'some x y text']]],
    [
      'LABEL l$a="$b" \'$a\'=z',
      pairs,
      [
        ['l1', 'x y'],
        ['$a', 'z'],
      ],
    ],
    [
      'ARG x=$a y="$b" z',
      (i: { args: readonly { name: Word; value?: Word }[] }) =>
        i.args.map((one) => [one.name.text, one.value?.text]),
      [
        ['x', '1'],
        ['y', 'x y'],
        ['z', undefined],
      ],
    ],
    ['EXPOSE $p 90 "$a"', (i: { ports: Word[] }) => texts(i.ports), ['80', '81/udp', '90', '1']],
    ['VOLUME /v$a "$dir/x"', (i: { paths: Word[] }) => texts(i.paths), ['/v1', '/d/x']],
    ['VOLUME ["/v$a", "/x y"]', (i: { paths: Word[] }) => texts(i.paths), ['/v1', '/x y']],
    ['USER $a:$b', (i: { user: Word }) => i.user.text, '1:x y'],
    ['WORKDIR $dir/"x y"', (i: { path: Word }) => i.path.text, '/d/x y'],
    ['STOPSIGNAL $a', (i: { signal: Word }) => i.signal.text, '1'],
    [
      'COPY --from=s$a --chown=$a:$a --chmod=0$a --exclude=*$a $dir/a ["$a" $dir/',
      transfer,
      [['/d/a', '["1"'.replaceAll('"', '')], '/d/', 's1', '1:1', '01', ['*1']],
    ],
    ['ADD --checksum=sha256:$a $dir/a /x', (i: { checksum?: Word }) => i.checksum?.text, 'sha256:1'],
    [
      'RUN --mount=type=bind,from=$a,target=$dir/$a --network=$nope echo $a',
      (i: { mounts: { target: string; from?: string; text: Word }[]; command: { text: string } }) => [
        i.mounts.map((m) => [m.target, m.from, m.text.text]),
        i.command.text,
      ],
      [[['/d/1', '1', 'type=bind,from=1,target=/d/1']], 'echo $a'],
    ],
    ['CMD echo $a', command, 'echo $a'],
    ['ENTRYPOINT echo $a', command, 'echo $a'],
    ['ONBUILD ENV x=$a', (i: { triggerText: string }) => i.triggerText, 'ENV x=$a'],
    ['MAINTAINER $a', (i: { author: Word }) => i.author.text, '$a'],
  ])('%s', (text, read, expected) => {
    expect(read(expand(text) as never)).toEqual(expected);
  });

  it('keeps places', () => {
    const before = parseContainerfile('FROM a\nWORKDIR $dir/x', 'f').stages[0]?.instructions[0];
    const after = expand('WORKDIR $dir/x');
    expect(after).toEqual({
      ...before,
      path: { text: '/d/x', span: before?.kind === 'workdir' && before.path.span },
    });
  });

  it('expands a heredoc of COPY whose name is not quoted', () => {
    const copy = expand('COPY <<a <<"b" /x\n$a\na\n$a\nb\n');
    expect(copy.kind === 'copy' && copy.heredocs.map((one) => [one.name, one.content])).toEqual([
      ['a', '1\n'],
      ['b', '$a\n'],
    ]);
    const run = expand('RUN <<a\n$a\na\n');
    expect(run.kind === 'run' && run.heredocs.map((one) => one.content)).toEqual(['$a\n']);
  });

  it('expands FROM', () => {
    const from = parseContainerfile('FROM --platform=$a img:$b AS x', 'f').stages[0]?.from;
    if (!from) throw new Error('no FROM');
    const result = expandFrom(from, lookup);
    expect([result.image.text, result.platform?.text]).toEqual(['img:x y', '1']);
  });

  it.each([
    ['ENV x=1 y="$b', 'f:2:11 a double quote is not closed in "$b'],
    ['ENV $nope=1', 'f:2:5 the name "$nope" is empty'],
    ['WORKDIR /${nope:?set it}', 'f:2:9 "nope" is not set: set it'],
    ['STOPSIGNAL SIG$a', 'f:2:12 "SIG1" is no signal'],
    ['COPY "a b" c', 'f:2:6 a double quote is not closed in "a\nf:2:9 a double quote is not closed in b"'],
    ['RUN --mount=type=cache,target=/x,mode=$b y', 'f:2:13 "x y" is not a number for "mode"'],
  ])('%s is refused at its place', (text, expected) => {
    const told = (): string => {
      try {
        expand(text);
      } catch (error) {
        if (!(error instanceof ComposeError)) throw error;
        return error.diagnostics
          .map(({ span, message }) => `${span ? formatSpan(span) : '?'} ${message}`)
          .join('\n');
      }
      return 'nothing';
    };
    expect(told()).toBe(expected);
  });
});

function pairs(instruction: { pairs: readonly { name: Word; value: Word }[] }): unknown {
  return instruction.pairs.map(({ name, value }) => [name.text, value.text]);
}

function transfer(i: {
  sources: Word[];
  dest: Word;
  from?: Word;
  chown?: Word;
  chmod?: Word;
  excludes: Word[];
}): unknown {
  return [texts(i.sources), i.dest.text, i.from?.text, i.chown?.text, i.chmod?.text, texts(i.excludes)];
}

function command(instruction: { command: { text: string } }): string {
  return instruction.command.text;
}
