import { describe, expect, it } from 'vitest';
import { parseContainerfile } from '../../../src/containerfile/parse.ts';
import { type RunScript, runScript } from '../../../src/containerfile/run-script.ts';
import type { Heredoc } from '../../../src/containerfile/types.ts';

function heredocs(text: string): readonly Heredoc[] {
  const instruction = parseContainerfile(`FROM a\n${text}`, 'f').stages[0]?.instructions[0];
  if (!instruction || !('heredocs' in instruction)) throw new Error('no heredocs');
  return instruction.heredocs;
}

const brief = ({ name, content, expand, chomp, fileDescriptor }: Heredoc): unknown[] => [
  name,
  content,
  expand,
  chomp,
  fileDescriptor,
];

describe('heredocs', () => {
  it.each<[string, unknown[][]]>([
    ['RUN <<EOF\na\n b\nEOF\n', [['EOF', 'a\n b\n', true, false, 0]]],
    ['RUN <<EOF\nEOF\n', [['EOF', '', true, false, 0]]],
    ['RUN <<"EOF"\n$a\nEOF\n', [['EOF', '$a\n', false, false, 0]]],
    ["RUN <<'EOF' sh\n$a\nEOF\n", [['EOF', '$a\n', false, false, 0]]],
    ['RUN <<E"O"F\n$a\nEOF\n', [['EOF', '$a\n', false, false, 0]]],
    ['RUN <<-EOF\n\ta\n\t\tb\n c\n\tEOF\n', [['EOF', 'a\nb\n c\n', true, true, 0]]],
    ['RUN 3<<EOF cat\na\nEOF\n', [['EOF', 'a\n', true, false, 3]]],
    [
      'RUN cat <<A > /a && cat <<-B > /b\nin a\nA\n\tin b\n\tB\n',
      [
        ['A', 'in a\n', true, false, 0],
        ['B', 'in b\n', true, true, 0],
      ],
    ],
    [
      'COPY <<a.txt <<"b.txt" /h/\nx\na.txt\ny\nb.txt\n',
      [
        ['a.txt', 'x\n', true, false, 0],
        ['b.txt', 'y\n', false, false, 0],
      ],
    ],
    [
      'COPY --chmod=755 <<a \\\n  /x\n#!/bin/sh\n\\\n# no comment\n\na\n',
      [['a', '#!/bin/sh\n\\\n# no comment\n\n', true, false, 0]],
    ],
    ['RUN <<EOF\r\na\r\nEOF\r\n', [['EOF', 'a\n', true, false, 0]]],
    ['RUN <<EOF\nEOF \nEOF\n', [['EOF', 'EOF \n', true, false, 0]]],
    ['RUN cat <<<word\n', []],
    ['RUN x<<EOF\n', []],
    ['RUN echo "<<EOF"\n', []],
    ['RUN echo $((1 << 2))\n', []],
  ])('%j', (text, expected) => {
    expect(heredocs(text).map(brief)).toEqual(expected);
  });

  it('have places, and what follows them is read on', () => {
    const file = parseContainerfile('FROM a\nRUN x <<E\n1\nE\nUSER u\n', 'f');
    const [run, user] = file.stages[0]?.instructions ?? [];
    expect(run?.kind === 'run' && run.heredocs[0]?.span).toMatchObject({ line: 2, column: 7, endColumn: 10 });
    expect(run?.kind === 'run' && run.heredocs[0]?.contentSpan).toEqual({ path: 'f', line: 3, column: 1 });
    expect(run?.span).toMatchObject({ line: 2, column: 1, endLine: 2, endColumn: 10 });
    expect(user?.span).toMatchObject({ line: 5, column: 1 });
  });
});

describe('what a RUN runs', () => {
  it.each<[string, RunScript]>([
    ['RUN echo  x', { kind: 'shell', text: 'echo  x' }],
    ['RUN ["a", "b c"]', { kind: 'exec', args: ['a', 'b c'] }],
    ['RUN <<E\na\nb\nE', { kind: 'shell', text: 'a\nb\n' }],
    ['RUN <<E\n#!/bin/x\na\nE', { kind: 'file', content: '#!/bin/x\na\n' }],
    ['RUN <<E sh -e\na\nE', { kind: 'shell', text: '<<E sh -e\na\nE' }],
    [
      "RUN cat <<A >/a && cat <<-'B'\n1\nA\n\t2\nB",
      { kind: 'shell', text: "cat <<A >/a && cat <<-'B'\n1\nA\n2\nB" },
    ],
  ])('%j', (text, expected) => {
    const run = parseContainerfile(`FROM a\n${text}\n`, 'f').stages[0]?.instructions[0];
    if (run?.kind !== 'run') throw new Error('no RUN');
    expect(runScript(run)).toEqual(expected);
  });
});
