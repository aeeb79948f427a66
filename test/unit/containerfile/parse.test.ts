import { describe, expect, it } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import { parseContainerfile, parseTriggers, readContainerfile } from '../../../src/containerfile/parse.ts';
import type { Instruction } from '../../../src/containerfile/types.ts';

/** What was parsed, without places and text: words are their text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if ('text' in value && 'span' in value && entries.length === 2) return value.text;
  return Object.fromEntries(
    entries.flatMap(([key, one]) =>
      key === 'span' || key === 'contentSpan' || (key === 'text' && 'kind' in value)
        ? []
        : [[key, plain(one)]],
    ),
  );
}

/** The one instruction below FROM. */
function one(text: string): unknown {
  const file = parseContainerfile(`FROM a\n${text}`, 'Containerfile');
  expect(file.stages).toHaveLength(1);
  expect(file.stages[0]?.instructions).toHaveLength(1);
  return plain(file.stages[0]?.instructions[0]);
}

const shell = (text: string) => ({ form: 'shell', text });
const exec = (...args: string[]) => ({ form: 'exec', args });
const noFlags = { link: false, parents: false, excludes: [], heredocs: [] };

describe('instructions', () => {
  it.each<[string, unknown]>([
    ['ENV A=1', { kind: 'env', legacy: false, pairs: [{ name: 'A', value: '1' }] }],
    [
      'ENV A=1 B="two words" C=\'x y\' D=back\\ slash E=',
      {
        kind: 'env',
        legacy: false,
        pairs: [
          { name: 'A', value: '1' },
          { name: 'B', value: '"two words"' },
          { name: 'C', value: "'x y'" },
          { name: 'D', value: 'back\\ slash' },
          { name: 'E', value: '' },
        ],
      },
    ],
    [
      'ENV A some "quoted"  text',
      { kind: 'env', legacy: true, pairs: [{ name: 'A', value: 'some "quoted"  text' }] },
    ],
    ['env a=b=c', { kind: 'env', legacy: false, pairs: [{ name: 'a', value: 'b=c' }] }],
    [
      'LABEL "a b"="c d" x=y',
      {
        kind: 'label',
        legacy: false,
        pairs: [
          { name: '"a b"', value: '"c d"' },
          { name: 'x', value: 'y' },
        ],
      },
    ],
    [
      'LABEL old style label',
      { kind: 'label', legacy: true, pairs: [{ name: 'old', value: 'style label' }] },
    ],
    ['ARG A', { kind: 'arg', args: [{ name: 'A' }] }],
    [
      'ARG A=1 B C="x y" D=',
      {
        kind: 'arg',
        args: [
          { name: 'A', value: '1' },
          { name: 'B' },
          { name: 'C', value: '"x y"' },
          { name: 'D', value: '' },
        ],
      },
    ],
    ['CMD echo  hi', { kind: 'cmd', command: shell('echo  hi') }],
    ['CMD ["echo", "a b"]', { kind: 'cmd', command: exec('echo', 'a b') }],
    ['CMD []', { kind: 'cmd', command: exec() }],
    ["CMD [ 'single' ]", { kind: 'cmd', command: shell("[ 'single' ]") }],
    ['CMD ["a" "b"]', { kind: 'cmd', command: shell('["a" "b"]') }],
    ['CMD [ -d /x ] && y', { kind: 'cmd', command: shell('[ -d /x ] && y') }],
    ['ENTRYPOINT [ "/bin/x" , "\\u00e9\\n" ]', { kind: 'entrypoint', command: exec('/bin/x', 'é\n') }],
    ['ENTRYPOINT exec top', { kind: 'entrypoint', command: shell('exec top') }],
    ['SHELL ["/bin/bash", "-c"]', { kind: 'shell', args: ['/bin/bash', '-c'] }],
    [
      'EXPOSE 80 443/tcp $P 7000-7002/udp',
      { kind: 'expose', ports: ['80', '443/tcp', '$P', '7000-7002/udp'] },
    ],
    ['VOLUME /a  /b', { kind: 'volume', paths: ['/a', '/b'] }],
    ['VOLUME ["/a b", "/c"]', { kind: 'volume', paths: ['/a b', '/c'] }],
    ["VOLUME [ '/a' ]", { kind: 'volume', paths: ['[', "'/a'", ']'] }],
    ['USER  app:grp ', { kind: 'user', user: 'app:grp' }],
    ['WORKDIR /a b/$C', { kind: 'workdir', path: '/a b/$C' }],
    ['STOPSIGNAL SIGTERM', { kind: 'stopsignal', signal: 'SIGTERM' }],
    ['MAINTAINER Some One <a@b.c>', { kind: 'maintainer', author: 'Some One <a@b.c>' }],
    ['HEALTHCHECK NONE', { kind: 'healthcheck', check: 'none' }],
    ['HEALTHCHECK CMD curl  x', { kind: 'healthcheck', check: { command: shell('curl  x') } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=2s --start-interval=1s --retries=3 cmd ["a"]',
      {
        kind: 'healthcheck',
        check: {
          command: exec('a'),
          intervalNs: 90e9,
          timeoutNs: 5e8,
          startPeriodNs: 2e9,
          startIntervalNs: 1e9,
          retries: 3,
        },
      },
    ],
    ['HEALTHCHECK --interval=0s CMD x', { kind: 'healthcheck', check: { command: shell('x') } }],
    ['RUN echo "$A"', { kind: 'run', mounts: [], heredocs: [], command: shell('echo "$A"') }],
    ['RUN ["sh", "-c", "x"]', { kind: 'run', mounts: [], heredocs: [], command: exec('sh', '-c', 'x') }],
    [
      'RUN --network=none --security=insecure x',
      { kind: 'run', mounts: [], network: 'none', security: 'insecure', heredocs: [], command: shell('x') },
    ],
    ['RUN -- --x', { kind: 'run', mounts: [], heredocs: [], command: shell('--x') }],
    ['COPY a b /c/', { kind: 'copy', sources: ['a', 'b'], dest: '/c/', ...noFlags }],
    ['COPY ["a b", "/c d"]', { kind: 'copy', sources: ['a b'], dest: '/c d', ...noFlags }],
    [
      'COPY --from=x --chown=1:2 --chmod=755 --link --parents --exclude=*.md --exclude=b a /c',
      {
        kind: 'copy',
        sources: ['a'],
        dest: '/c',
        from: 'x',
        chown: '1:2',
        chmod: '755',
        link: true,
        parents: true,
        excludes: ['*.md', 'b'],
        heredocs: [],
      },
    ],
    [
      'COPY --link=false "--chown=a" a /c',
      { kind: 'copy', sources: ['"--chown=a"', 'a'], dest: '/c', ...noFlags },
    ],
    [
      'ADD --checksum=sha256:ab --keep-git-dir=true --unpack=false https://x/y /z',
      {
        kind: 'add',
        sources: ['https://x/y'],
        dest: '/z',
        ...noFlags,
        checksum: 'sha256:ab',
        keepGitDir: true,
        unpack: false,
      },
    ],
    ['ADD a.tar /', { kind: 'add', sources: ['a.tar'], dest: '/', ...noFlags, keepGitDir: false }],
    [
      'ONBUILD   RUN   echo  $X',
      {
        kind: 'onbuild',
        triggerText: 'RUN   echo  $X',
        trigger: { kind: 'run', mounts: [], heredocs: [], command: shell('echo  $X') },
      },
    ],
    [
      'ONBUILD COPY --chown=1 . /x',
      {
        kind: 'onbuild',
        triggerText: 'COPY --chown=1 . /x',
        trigger: { kind: 'copy', sources: ['.'], dest: '/x', chown: '1', ...noFlags },
      },
    ],
  ])('%s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });
});

describe('stages', () => {
  it('names them in lower case and numbers them', () => {
    const file = parseContainerfile(
      'ARG V=1\nARG W\nFROM a:$V AS Build_1.x\nRUN x\nFROM --platform=$P build_1.x\nFROM scratch as c\n',
      'f',
    );
    expect(file.metaArgs.map(plain)).toEqual([
      { kind: 'arg', args: [{ name: 'V', value: '1' }] },
      { kind: 'arg', args: [{ name: 'W' }] },
    ]);
    expect(plain(file.stages)).toEqual([
      {
        index: 0,
        name: 'build_1.x',
        from: { kind: 'from', image: 'a:$V', alias: 'build_1.x' },
        instructions: [{ kind: 'run', mounts: [], heredocs: [], command: shell('x') }],
      },
      { index: 1, from: { kind: 'from', image: 'build_1.x', platform: '$P' }, instructions: [] },
      { index: 2, name: 'c', from: { kind: 'from', image: 'scratch', alias: 'c' }, instructions: [] },
    ]);
  });
});

describe('lines', () => {
  const commands = (text: string): string[] => {
    const { file, errors } = readContainerfile(text, 'f');
    expect(errors).toEqual([]);
    return file.stages.flatMap((stage) =>
      stage.instructions.map((instruction: Instruction) => instruction.text),
    );
  };
  it.each<[string, string, string[]]>([
    ['a continuation', 'FROM a\nRUN b \\\n  c\n', ['RUN b   c']],
    ['blanks after the escape', 'FROM a\nRUN b \\ \t\n c\n', ['RUN b  c']],
    ['comments inside', 'FROM a\nRUN b \\\n# x\n   # y \\\n c\n', ['RUN b  c']],
    ['empty lines inside', 'FROM a\nRUN b \\\n\n \t\n c\n', ['RUN b  c']],
    ['a comment that continues nothing', 'FROM a\n# b \\\nRUN c\n', ['RUN c']],
    ['an instruction that begins late', 'FROM a\n\\\nRUN c\n', ['RUN c']],
    ['indentation', '\t FROM a\n   run c\n', ['run c']],
    ['CRLF', 'FROM a\r\nRUN b \\\r\n  c\r\nRUN d\r\n', ['RUN b   c', 'RUN d']],
    ['a byte order mark', '\uFEFFFROM a\nRUN c', ['RUN c']],
    ['no line break at the end', 'FROM a\nRUN c \\', ['RUN c']],
    ['two backslashes at the end continue too, as in Buildah', 'FROM a\nRUN b\\\\\nc\n', ['RUN b\\c']],
    ['another escape character', '# escape=`\nFROM a\nRUN b `\n c \\\n', ['RUN b  c \\']],
    ['escape after syntax', '#syntax = x/y:1 \n# Escape = `\nFROM a\nRUN b `\n c\n', ['RUN b  c']],
    ['escape after a comment is a comment', '# hi\n# escape=`\nFROM a\nRUN b \\\n c\n', ['RUN b  c']],
    ['escape after an empty line is a comment', '\n# escape=`\nFROM a\nRUN b \\\n c\n', ['RUN b  c']],
    ['a # inside is no comment', 'FROM a\nRUN b # c\n', ['RUN b # c']],
  ])('%s', (_name, text, expected) => {
    expect(commands(text)).toEqual(expected);
  });

  it('keeps the directives', () => {
    const file = parseContainerfile(
      '# syntax=docker/dockerfile:1\n# check=skip=all;error=true\n# foo=bar\n# escape=`\nFROM a\n',
      'f',
    );
    expect(file.escape).toBe('`');
    expect(file.directives).toEqual([
      { name: 'syntax', value: 'docker/dockerfile:1', span: at(1, 1, 1, 29) },
      { name: 'check', value: 'skip=all;error=true', span: at(2, 1, 2, 28) },
      { name: 'escape', value: '`', span: at(4, 1, 4, 11) },
    ]);
  });

  it('warns of empty lines inside and of MAINTAINER', () => {
    const file = parseContainerfile('FROM a\nRUN b \\\n\n c\nMAINTAINER x\n', 'f');
    expect(file.warnings.map(({ code, message, span }) => [code, message, span?.line, span?.column])).toEqual(
      [
        ['W_CONTAINERFILE', 'an empty line inside an instruction', 3, 1],
        ['W_CONTAINERFILE', 'MAINTAINER is deprecated', 5, 1],
      ],
    );
  });
});

function at(line: number, column: number, endLine: number, endColumn: number) {
  return { path: 'f', line, column, endLine, endColumn };
}

describe('places', () => {
  const file = parseContainerfile(
    'FROM img AS x\n  COPY --from=y a \\\n  # c\n   bb /c\nENV A=1 \\\n  B="2 3"\nCMD [ "p", "q\\"r" ]\n',
    'f',
  );
  const instructions = file.stages[0]?.instructions ?? [];

  it('of instructions go from the keyword to the end of the last line', () => {
    expect(file.stages[0]?.from.span).toEqual(at(1, 1, 1, 14));
    expect(instructions.map((instruction) => instruction.span)).toEqual([
      at(2, 3, 4, 9),
      at(5, 1, 6, 10),
      at(7, 1, 7, 20),
    ]);
  });

  it('of words', () => {
    const [copy, env, cmd] = instructions;
    if (copy?.kind !== 'copy' || env?.kind !== 'env' || cmd?.kind !== 'cmd') throw new Error('other kinds');
    expect(file.stages[0]?.from.alias?.span).toEqual(at(1, 13, 1, 14));
    expect(copy.from?.span).toEqual(at(2, 15, 2, 16));
    expect(copy.sources.map((word) => word.span)).toEqual([at(2, 17, 2, 18), at(4, 4, 4, 6)]);
    expect(copy.dest.span).toEqual(at(4, 7, 4, 9));
    expect(env.pairs.map((pair) => [pair.name.span, pair.value.span])).toEqual([
      [at(5, 5, 5, 6), at(5, 7, 5, 8)],
      [at(6, 3, 6, 4), at(6, 5, 6, 10)],
    ]);
    expect(cmd.command.form === 'exec' && cmd.command.args).toEqual([
      { text: 'p', span: at(7, 7, 7, 10) },
      { text: 'q"r', span: at(7, 12, 7, 18) },
    ]);
  });
});

describe('triggers of a base image', () => {
  const span = at(3, 1, 3, 9);
  it('become instructions at the place of FROM', () => {
    expect(plain(parseTriggers(['COPY . /src', 'RUN make \\\n all'], span))).toEqual([
      { kind: 'copy', sources: ['.'], dest: '/src', ...noFlags },
      { kind: 'run', mounts: [], heredocs: [], command: shell('make  all') },
    ]);
    expect(parseTriggers(['USER x'], span)[0]?.span).toEqual(span);
  });
  it('that are wrong are told at the place of FROM', () => {
    const wrong = (trigger: string): unknown => {
      try {
        return parseTriggers([trigger], span);
      } catch (error) {
        return error instanceof ComposeError && error.diagnostics.map((one) => [one.message, one.span]);
      }
    };
    expect(wrong('FOO x')).toEqual([['ONBUILD of the base image: unknown instruction "FOO"', span]]);
    expect(wrong('FROM x')).toEqual([
      ['ONBUILD of the base image: FROM cannot be a trigger of ONBUILD', span],
    ]);
  });
});
