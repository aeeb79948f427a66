/** A Containerfile at random, of the instructions whose effects meet each other: files, directories on the way, users, stages. */

const commands = [
  'mkdir -p /dst/deep && echo hi > /dst/deep/r',
  'rm -rf /dst',
  'rm -rf /dst && mkdir /dst && echo n > /dst/n',
  'rm -rf /dst/* || true',
  'ln -s /dst /lnk || true',
  'ln -s /etc /l || true',
  'mv /dst /moved || true',
  'cp -a /dst /copied || true',
  'chmod -R go-w /dst || true',
  'chown -R 7:8 /dst || true',
  'touch /r1; mkdir -m 700 -p /u',
  'ln /r1 /r2 || true; mkfifo /pipe || true',
  'pwd > /pwd; id > /id; env | sort | grep -v HOSTNAME > /env',
  'echo $D $O $A $G > /variables',
  'umask 077; mkdir -p /um/a; echo s > /um/a/f',
  'find / -xdev -name "*.txt" | sort > /found',
  '["/bin/sh","-c","echo exec > /exec"]',
];

/** The same where the builder knows all modifiers of variables; that of Podman 4 does not. */
const newer = { ENV: ['P=/a/b/c.tar.gz E=${P%.*}:${P%%.*}:${P#*/}:${P##*/}', 'R=${O-5}:${N-none}:${O+is}'] };

/** What one line of some instructions may be after the name. */
const plain = {
  ENV: [
    'D=/dst',
    'D=/other',
    'O=5:6',
    'O 9',
    'X="a b" Y=\'$D\'',
    'Z=${D:-none}${O:+set}',
    'D=${D}/sub',
    'Q=a\\ b',
    'R=${O:-5}:${N:-none}:${N:+set}',
    'T="$D \\$D \\" ${N:-$O}" U=it\\\'s',
    'one=1 two="$one" three=${two:-2}',
    'SP a  b   c ',
  ],
  ARG: ['A', 'A=1', 'A=$D', 'G', 'A="x y"', 'A=${G:-no} B=$A', 'B=${A}b', 'TARGETARCH', 'http_proxy'],
  LABEL: ['a=b', 'a="x y" b=$D', '"k k"=v', "a='$D'", 'a=$A$B', 'one.two="3 \\"4\\"" e=', 'a b c'],
  WORKDIR: ['/w', 'w', '$D', '/dst', '..', '/lnk', '/a b', '/w/./y/', '.', '/u'],
  USER: ['0', 'root', '1000', 'nobody', '1000:50', '0:7'],
  VOLUME: ['/vol', '["/v1","/v 2"]', '/dst', '$D'],
  EXPOSE: ['80', '80/udp 90', '1000-1002', '$E', '80/tcp 80', '53/UDP'],
  CMD: ['["a","b"]', 'echo $D', '[]', '[no list', '["a", "b" ]', '["$D"]', ' a   b '],
  ENTRYPOINT: ['["/e"]', 'run it', '[]', 'exec $D "a b"'],
  STOPSIGNAL: ['SIGINT', '9', '$A', 'SIGRTMIN+3'],
  HEALTHCHECK: [
    'NONE',
    'CMD echo $D',
    '--interval=5s --retries=2 CMD ["a","b"]',
    '--start-period=1m30s --timeout=500ms CMD x',
  ],
  SHELL: ['["/bin/sh","-c"]', '["/bin/sh","-ec"]', '["/bin/busybox","sh","-c"]'],
  MAINTAINER: ['me', 'some one <a@b>'],
  ONBUILD: [
    'RUN echo fired > /fired',
    'ENV OB=1',
    'COPY . /fired.d/',
    'LABEL ob=$D',
    'USER 1000',
    'WORKDIR on',
  ],
};

const places = [
  '/',
  '/dst',
  '/dst/',
  '.',
  './',
  'rel',
  'rel/',
  '/dst/deep/er/',
  '/etc/',
  '/dst/f',
  '/w/../w2/',
  '/l/',
  '$D',
  '/tmp/x',
  '/lnk/',
  '/lnk/sub/',
  '/u',
];

/**
 * @param {import('../choices.mjs').Choices} choices
 * @param {{ paths: string[], archive: string | undefined }} context
 * @param {boolean} isNew - heredocs, `--link`, `--parents` and `--exclude` are known to the builder
 * @returns {{ text: string, stages: string[] }}
 */
export function makeContainerfile(choices, context, isNew) {
  const lines = [
    ...(choices.chance(0.3) ? ['ARG G=global'] : []),
    ...(choices.chance(0.1) ? ['ARG BASE=busybox'] : []),
  ];
  const bases = [
    'docker.io/library/busybox:latest',
    'busybox',
    ...(lines.some((one) => one.includes('BASE')) ? ['$BASE', '${BASE:-x}'] : []),
  ];
  const stages = [];
  for (let left = choices.of([1, 1, 2, 2, 3]); left > 0; left--) {
    const name = choices.chance(0.7) ? `${choices.of(['s', 'S'])}${stages.length}` : undefined;
    const base = choices.of([...bases, ...stages.filter((one) => !/^\d/.test(one))]);
    lines.push(`FROM ${base}${name ? ` ${choices.of(['AS', 'as'])} ${name}` : ''}`);
    if (choices.chance(0.85)) lines.push('ENV D=/dst O=5:6 E=81');
    for (let steps = choices.between(2, 9); steps > 0; steps--)
      lines.push(dressed(choices, makeLine(choices, { ...context, stages, isNew })));
    stages.push(name ?? String(stages.length));
  }
  const isBackquoted = choices.chance(0.05) && !lines.some((one) => /[\\`]/.test(one));
  const text = `${[...(isBackquoted ? ['# escape=`'] : []), ...lines].join('\n')}\n`;
  return { text, stages };
}

/** The same instruction, written in another way. */
function dressed(choices, line) {
  if (line.includes('<<')) return line;
  const written = choices.chance(0.1) ? line.replace(/^[A-Z]+/, (name) => name.toLowerCase()) : line;
  if (!choices.chance(0.1)) return written;
  // Only where a blank stands between words for sure.
  const more = choices.of(['', '  ', '# a comment\n', '\n']);
  return written.replace(/^(\S+) /, `$1 \\\n${more}`);
}

function makeLine(choices, setting) {
  const { archive, stages, isNew } = setting;
  const kind = choices.number();
  if (kind < 0.3) return copyLine(choices, setting);
  if (kind < 0.5)
    return `RUN ${choices.of(['', '', '', isNew ? '--network=none ' : ''])}${choices.of(commands)}`;
  if (kind < 0.56 && stages.length > 0) return fromLine(choices, setting);
  if (kind < 0.62 && archive)
    return `ADD ${choices.of(['', '--chown=3:4 ', '--chmod=700 '])}${archive} ${place(choices)}`;
  if (kind < 0.67) return mountLine(choices, setting);
  if (kind < 0.7 && isNew) return heredocLine(choices);
  const instruction = choices.of(Object.keys(plain));
  const more = isNew ? (newer[instruction] ?? []) : [];
  return `${instruction} ${choices.of([...plain[instruction], ...more])}`;
}

/**
 * What is given beside the file.
 *
 * @returns {{ args: Record<string, string>, labels: Record<string, string>, target: string | undefined }}
 */
export function makeOptions(choices, stages) {
  return {
    args: choices.chance(0.3) ? { A: choices.of(['given', '', 'two words', '/dst']) } : {},
    labels: choices.chance(0.2) ? { a: choices.of(['over', 'x=y']), 'given.by': 'option' } : {},
    target: choices.chance(0.15) ? choices.of(stages) : undefined,
  };
}

function place(choices) {
  return choices.of(places);
}

function copyLine(choices, { paths, isNew }) {
  const flags = [
    ...(isNew && choices.chance(0.1) ? ['--parents'] : []),
    ...(isNew && choices.chance(0.1) ? [`--exclude=${choices.of(['*.txt', '**/a', 'b*', '*/c*'])}`] : []),
    ...(choices.chance(0.3) ? [`--chown=${choices.of(['1:2', '1000', 'nobody', 'root:root', '12:0'])}`] : []),
    ...(choices.chance(0.25) ? [`--chmod=${choices.of(['755', '0644', '600', '1777', '4755'])}`] : []),
  ];
  const sources = Array.from({ length: choices.of([1, 1, 1, 2, 3]) }, () => source(choices, paths));
  // What is left of several things under one name is for the order of a map to decide, in the engine's own builder.
  const isSeveral = sources.length > 1 || sources.some((one) => /[*?[]/.test(one));
  // With `--parents`, newer builders fail at a destination that is no directory by its name.
  const to = `${place(choices)}${flags.includes('--parents') ? '/' : ''}`.replace('//', '/');
  const words = [...sources, isSeveral && !/[/.]$/.test(to) ? `${to}/` : to];
  const isList = choices.chance(0.2) || words.some((word) => word.includes(' '));
  const line = [choices.of(['COPY', 'COPY', 'COPY', flags.includes('--parents') ? 'COPY' : 'ADD']), ...flags];
  return [...line, ...(isList ? [JSON.stringify(words)] : words)].join(' ');
}

function source(choices, paths) {
  const path = choices.of(paths);
  const above = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/*` : '*';
  return choices.of([
    path,
    path,
    path,
    '.',
    '*',
    `./${path}`,
    `/${path}`,
    `${path}/`,
    `${path.slice(0, -1)}*`,
    above,
  ]);
}

function fromLine(choices, { stages, isNew }) {
  const flag = choices.of(['', '--chown=4:5 ', '--chmod=711 ', ...(isNew ? ['--link '] : [])]);
  const what = choices.of(['/etc', '/bin/sh', '/', '/e*', '/etc/passwd', '/etc/']);
  return `COPY --from=${choices.of([...stages, 'busybox'])} ${flag}${what} ${choices.of(['/from/', '/w/', './', '/dst/'])}`;
}

function mountLine(choices, { stages }) {
  const [mount, command] = choices.of([
    ...stages.map((stage) => [
      `type=bind,from=${stage},source=/etc,target=/se`,
      'cp -a /se /copied.etc; ls /se > /seen',
    ]),
    [`type=cache,target=/ca,id=random-${choices.between(0, 1_000_000_000)}`, 'touch /ca/x; ls /ca > /seen'],
    ['type=cache,target=/dst/ca,sharing=locked,mode=0700,uid=7', 'ls -ld /dst/ca | cut -c1-10 > /seen'],
    ['type=bind,target=/m', 'ls /m > /seen 2>&1 || true'],
    // Not `rw`: older builders write into the context itself then.
    ['type=bind,source=.,target=/m', 'cp -a /m /copied 2>/dev/null || true'],
    ['type=tmpfs,target=/tm', 'echo t > /tm/x; ls /tm > /seen'],
    ['type=bind,target=/m', 'find /m -type f | sort > /files'],
  ]);
  return `RUN --mount=${mount} ${command}`;
}

function heredocLine(choices) {
  return choices.of([
    'RUN <<END\necho one $D > /h1\necho two >> /h1\nEND',
    'RUN <<-END\n\techo tab > /h2\n\tEND',
    'COPY <<END /h3\nvalue $D\nEND',
    "COPY --chmod=750 <<'END' /h4/\nas it is $D\nEND",
    'COPY <<A <<B /h5/\naa\nA\nbb $O\nB',
  ]);
}
