import { describe, expect, it } from 'vitest';
import { complaints, load } from '../../support/load-text.ts';

const service = 'services:\n  a:\n    image: x\n';

/** Runs it and sees to it that it takes less than a second of the processor's time. */
function quickly<T>(what: () => T): T {
  const before = process.cpuUsage();
  const result = what();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6, 'seconds').toBeLessThan(1);
  return result;
}

/** The alias bomb: each line stands for ten times as much as the one before. */
function bomb(levels: number): string {
  const line = (i: number): string =>
    `x-a${i}: &a${i} [${Array.from({ length: 10 }, () => (i === 0 ? 'l' : `*a${i - 1}`)).join(',')}]\n`;
  return Array.from({ length: levels }, (_, i) => line(i)).join('');
}

describe('documents that grow', () => {
  const limit =
    'E_YAML_LIMIT the document expands to more than 1,000,000 values through its aliases (repeat less: an alias of an anchor full of aliases multiplies them)';

  it('refuses an alias bomb', () => {
    expect(quickly(() => complaints(`${bomb(10)}${service}`))).toEqual([`compose.yaml:6:40 ${limit}`]);
  });

  it('refuses doubling by two aliases a line', () => {
    const lines = Array.from({ length: 30 }, (_, i) =>
      i === 0 ? 'x-0: &a0 {k: v}\n' : `x-${i}: &a${i} {p: *a${i - 1}, q: *a${i - 1}}\n`,
    );
    expect(quickly(() => complaints(lines.join('') + service))).toEqual([`compose.yaml:19:16 ${limit}`]);
  });

  it('refuses doubling by merge keys', () => {
    const lines = Array.from({ length: 50 }, (_, i) =>
      i === 0 ? 'x-0: &a0 {k: v}\n' : `x-${i}: &a${i}\n  <<: [*a${i - 1}, *a${i - 1}]\n  k${i}: *a${i - 1}\n`,
    );
    const [first, ...more] = quickly(() => complaints(lines.join('') + service));
    expect(first?.replace(/^\S+ /, '')).toBe(limit);
    expect(more).toEqual([]);
  });

  it('takes a thousand uses of one anchor', () => {
    const services = Array.from({ length: 1000 }, (_, i) => `  s${i}: *base\n`).join('');
    const { project } = load(`x-base: &base {image: x}\nservices:\n${services}`);
    expect(Object.keys(project.services)).toHaveLength(1000);
  });

  it('refuses an anchor inside itself, and one that is not there', () => {
    expect(complaints(`x-a: &a [*a]\n${service}`)).toEqual([
      'compose.yaml:1:10 E_YAML anchor "a" contains itself (write the value instead of the alias)',
    ]);
    expect(complaints(`x-a: *a\n${service}`)).toEqual([
      'compose.yaml:1:6 E_YAML unknown anchor "a" (write &a before the value that is meant, above this)',
    ]);
  });
});

describe('documents that are deep', () => {
  const tooDeep =
    'E_YAML_LIMIT the document is nested more than 200 levels deep (close what has been opened: no attribute is deeper than 20 levels)';

  it.each([
    ['lists', `x-a: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
    ['lists that never end', `x-a: ${'['.repeat(100_000)}\n`],
    ['mappings', `x-a: ${'{a: '.repeat(100_000)}${'}'.repeat(100_000)}\n`],
    ['dashes', `x-a:\n  ${'- '.repeat(100_000)}a\n`],
    ['question marks', `${'? '.repeat(100_000)}a\n`],
    ['indentation', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['201 levels', `x-a: ${'['.repeat(201)}${']'.repeat(201)}\n`],
  ])('%s', (_what, text) => {
    const found = quickly(() => complaints(text + service));
    expect(found.map((line) => line.replace(/^\S+ /, ''))).toEqual([tooDeep]);
  });

  it('takes what is deep and meant', () => {
    expect(complaints(`x-a: ${'['.repeat(150)}${']'.repeat(150)}\n${service}`)).toEqual([]);
  });

  it('variables inside variables', () => {
    const nested = `${'$' + '{A:-'}`.repeat(20_000) + '}'.repeat(20_000);
    const [first, ...more] = quickly(() => complaints(`services:\n  a:\n    image: "${nested}"\n`));
    expect(first).toBe(`compose.yaml:3:10014 ${tooDeep}`);
    expect(more).toEqual([]);
  });
});

describe('text that is no compose file', () => {
  it.each([
    [
      '',
      [
        'compose.yaml:1:1 E_SCHEMA empty compose file (nothing in /p/compose.yaml; a project needs services:)',
      ],
    ],
    [
      '# only a comment\n',
      [
        'compose.yaml:1:1 E_SCHEMA empty compose file (nothing in /p/compose.yaml; a project needs services:)',
      ],
    ],
    [
      'hello\n',
      ['compose.yaml:1:1 E_SCHEMA the top level of a compose file must be a mapping (start with services:)'],
    ],
    [
      'services:\n  a:\n    image: "x\0"\n',
      ['compose.yaml:3:14 E_YAML the file has a NUL character (remove it, or save the file as UTF-8)'],
    ],
    [
      'services:\n  a:\n    image: x\n    image: y\n',
      [
        'compose.yaml:4:5 E_YAML_DUPLICATE_KEY mapping key "image" is already defined (keep one of the two)',
        '  compose.yaml:3:5 first defined here',
      ],
    ],
  ])('%j', (text, expected) => {
    const found = complaints(text);
    expect(found.slice(0, expected.length)).toEqual(expected);
  });

  it('invalid UTF-8', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('services:\n  a: {image: '), 0xff, 0xfe]);
    expect(complaints({ '/p/compose.yaml': bytes })[0]).toBe(
      'E_FILE_UNREADABLE file /p/compose.yaml cannot be read: it is not UTF-8 (save it as UTF-8)',
    );
  });

  it('a byte order mark and Windows line ends are fine', () => {
    expect(load(`\ufeff${service}`).project.services['a']?.image).toBe('x');
    expect(load(service.replaceAll('\n', '\r\n')).project.services['a']?.image).toBe('x');
  });

  it('says no more than twenty things about one broken document', () => {
    const found = quickly(() => complaints(`x-a: ${'&a '.repeat(20_000)}b\n${service}`));
    expect(found).toHaveLength(20);
    expect(found[0]).toBe(
      'compose.yaml:1:9 E_YAML not valid YAML: A node can have at most one anchor (keep one of them)',
    );
  });
});

describe('names that objects of JavaScript have', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

  it.each(names)('%s is a service, a network, a volume, a variable, a label like any other', (name) => {
    const { project } = load(
      `services:\n  ${name}:\n    image: x\n    environment: {${name}: a}\n    labels: ["${name}=b"]\n    networks: [${name}]\n    volumes: ["${name}:/v"]\n` +
        `  other: {image: y, depends_on: [${name}]}\nnetworks: {${name}: {}}\nvolumes: {${name}: }\n`,
    );
    const own = Object.getOwnPropertyDescriptor(project.services, name)?.value;
    expect(Object.keys(project.services).sort()).toEqual([name, 'other'].sort());
    expect(Object.entries(own.environment)).toEqual([[name, 'a']]);
    expect(Object.entries(own.labels)).toEqual([[name, 'b']]);
    expect(Object.keys(own.networks)).toEqual([name]);
    expect(own.volumes[0].source).toBe(name);
    expect(Object.keys(project.networks ?? {})).toContain(name);
    expect(Object.keys(project.volumes ?? {})).toEqual([name]);
  });

  it.each(names)('%s is no attribute', (name) => {
    const found = complaints(`services:\n  a: {image: x, ${name}: {privileged: true}}\n`);
    expect(found).toEqual([
      `compose.yaml:2:17 E_SCHEMA services.a: unknown attribute "${name}" (attributes of your own start with "x-")`,
    ]);
    expect(({} as { privileged?: boolean }).privileged).toBeUndefined();
  });

  it.each(names)('%s is not set as a variable', (name) => {
    expect(complaints(`services:\n  a: {image: "x$\{${name}}"}\n`)).toEqual([
      `compose.yaml:2:14 W_UNSET_VARIABLE The "${name}" variable is not set. Defaulting to a blank string. (give it a default: $\{${name}:-value})`,
    ]);
  });

  it.each(names)('%s is not defined by itself', (name) => {
    const found = complaints(
      `services:\n  a:\n    image: x\n    depends_on: [${name}]\n    volumes: ["${name}:/v"]\n    secrets: [${name}]\n`,
    );
    expect(found.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      `compose.yaml:4:18 E_UNDEFINED service "a" depends on undefined service "${name}"`,
      `compose.yaml:5:15 E_UNDEFINED service "a" refers to undefined volume ${name}`,
      `compose.yaml:6:15 E_UNDEFINED service "a" refers to undefined secret ${name}`,
    ]);
  });
});

describe('services that extend each other', () => {
  it('round in a circle: each step is shown', () => {
    expect(complaints('services:\n  a: {extends: b}\n  b: {extends: {service: a}}\n')).toEqual([
      'compose.yaml:3:16 E_EXTENDS extends goes round in a circle: a (/p/compose.yaml) -> b (/p/compose.yaml) -> a (/p/compose.yaml) (leave out one of these)',
      '  compose.yaml:2:16 "a" extends "b"',
      '  compose.yaml:3:16 "b" extends "a"',
    ]);
  });

  it('without end', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `  s${i}: {extends: s${i + 1}}\n`).join('');
    const found = complaints(`services:\n${chain}  s3000: {image: x}\n`);
    expect(new Set(found.map((line) => line.replace(/^\S+ (\S+).*/, '$1')))).toEqual(new Set(['E_EXTENDS']));
    expect(found[0]).toContain('services extend each other more than 500 levels deep');
  });
});
