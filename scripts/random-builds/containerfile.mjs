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
  ],
  ARG: ['A', 'A=1', 'A=$D', 'G', 'A="x y"'],
  LABEL: ['a=b', 'a="x y" b=$D', '"k k"=v', "a='$D'"],
  WORKDIR: ['/w', 'w', '$D', '/dst', '..', '/lnk', '/a b', '/w/./y/', '.', '/u'],
  USER: ['0', 'root', '1000', 'nobody', '1000:50', '0:7'],
  VOLUME: ['/vol', '["/v1","/v 2"]', '/dst', '$D'],
  EXPOSE: ['80', '80/udp 90', '1000-1002'],
  CMD: ['["a","b"]', 'echo $D', '[]', '[no list'],
  ENTRYPOINT: ['["/e"]', 'run it', '[]'],
  STOPSIGNAL: ['SIGINT', '9'],
  HEALTHCHECK: ['NONE', 'CMD echo $D', '--interval=5s --retries=2 CMD ["a","b"]'],
  SHELL: ['["/bin/sh","-c"]', '["/bin/sh","-ec"]'],
  ONBUILD: ['RUN echo fired > /fired', 'ENV OB=1', 'COPY . /fired.d/', 'LABEL ob=$D'],
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
 * @param {import('./choices.mjs').Choices} choices
 * @param {{ paths: string[], archive: string | undefined }} context
 * @param {boolean} isNew - heredocs and `--link` are known to the builder
 */
export function makeContainerfile(choices, context, isNew) {
  const lines = [...(choices.chance(0.3) ? ['ARG G=global'] : [])];
  const stages = [];
  for (let left = choices.of([1, 1, 2, 2, 3]); left > 0; left--) {
    const name = choices.chance(0.7) ? `${choices.of(['s', 'S'])}${stages.length}` : undefined;
    const base = choices.of([
      'docker.io/library/busybox:latest',
      'busybox',
      ...stages.filter((one) => !/^\d/.test(one)),
    ]);
    lines.push(`FROM ${base}${name ? ` AS ${name}` : ''}`);
    if (choices.chance(0.85)) lines.push('ENV D=/dst O=5:6');
    for (let steps = choices.between(2, 9); steps > 0; steps--)
      lines.push(makeLine(choices, { ...context, stages, isNew }));
    stages.push(name ?? String(stages.length));
  }
  return `${lines.join('\n')}\n`;
}

function makeLine(choices, setting) {
  const { archive, stages, isNew } = setting;
  const kind = choices.number();
  if (kind < 0.3) return copyLine(choices, setting);
  if (kind < 0.5) return `RUN ${choices.of(commands)}`;
  if (kind < 0.56 && stages.length > 0) return fromLine(choices, setting);
  if (kind < 0.62 && archive)
    return `ADD ${choices.of(['', '--chown=3:4 ', '--chmod=700 '])}${archive} ${place(choices)}`;
  if (kind < 0.66) return mountLine(choices);
  if (kind < 0.7 && isNew) return heredocLine(choices);
  const instruction = choices.of(Object.keys(plain));
  return `${instruction} ${choices.of(plain[instruction])}`;
}

function place(choices) {
  return choices.of(places);
}

function copyLine(choices, { paths }) {
  const flags = [
    ...(choices.chance(0.3) ? [`--chown=${choices.of(['1:2', '1000', 'nobody', 'root:root', '12:0'])}`] : []),
    ...(choices.chance(0.25) ? [`--chmod=${choices.of(['755', '0644', '600', '1777', '4755'])}`] : []),
  ];
  const sources = Array.from({ length: choices.of([1, 1, 1, 2, 3]) }, () => source(choices, paths));
  // What is left of several things under one name is for the order of a map to decide, in the engine's own builder.
  const isSeveral = sources.length > 1 || sources.some((one) => /[*?[]/.test(one));
  const to = place(choices);
  const words = [...sources, isSeveral && !/[/.]$/.test(to) ? `${to}/` : to];
  const isList = choices.chance(0.2) || words.some((word) => word.includes(' '));
  const line = [choices.of(['COPY', 'COPY', 'COPY', 'ADD']), ...flags];
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

function mountLine(choices) {
  const [mount, command] = choices.of([
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
