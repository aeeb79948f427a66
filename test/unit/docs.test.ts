/** What the documentation tells people to type exists, and what it links to is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anywhereFlags, globalFlags } from '../../src/cli/global-options.ts';
import { parseArguments } from '../../src/cli/grammar.ts';
import { commands } from '../../src/cli/registry.ts';
import { splitArgv } from '../../src/cli/split-argv.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...markdownIn('docs'),
  ...readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`),
].sort();
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Commands of `sh` blocks and of inline code, each as its words; shell syntax around them is taken away. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, body = '']) =>
    body.split('\n'),
  );
  const inline = [
    ...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`((?:tscompose|make|npm run) [^`\n]+)`/g),
  ];
  return [...blocks, ...inline.map(([, code = '']) => code)]
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/&&|\|\||;|\|/))
    .map((part) =>
      part
        .replace(/^\s*(?:[A-Z_]+=\S*\s+|trap ['"])*/, '')
        .replace(/\s\d?[<>].*$/, '')
        .trim(),
    )
    .filter((part) => part !== '');
}

const words = (line: string): string[] =>
  (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, '$2').replace(/['"]$/, ''),
  );

/** Throws what the command itself would say. */
async function checkCommand(line: string): Promise<void> {
  const { globals, command, rest } = splitArgv(words(line).slice(1), globalFlags);
  parseArguments(globals, { flags: globalFlags, interspersed: true, program: 'tscompose' });
  // A placeholder stands for any command.
  if (command === undefined || command === 'COMMAND') return;
  const entry = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!entry) throw new Error(`unknown command: ${command}`);
  const { flags, interspersed, operands } = await entry.load();
  const parsed = parseArguments(rest, {
    flags: { ...anywhereFlags, ...flags },
    interspersed,
    program: `tscompose ${command}`,
  });
  if (!parsed.help && parsed.operands.length > operands.max) throw new Error('too many operands');
}

/** What the code asks the environment for, by name. */
function variablesOfCode(): string[] {
  const asked = /(?:\benv(?:ironment)?\[|\bisSet\(|\bsetting\()'([A-Z][A-Z0-9_]+)'/g;
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...textOf(join('src', path)).matchAll(asked)].map(([, name = '']) => name));
  return [...new Set(names)].sort();
}

describe('docs/environment.md', () => {
  it('names every variable that counts', () => {
    const text = textOf('docs/environment.md');
    const names = variablesOfCode();
    expect(names).toContain('COMPOSE_PROJECT_NAME');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('commands in the documentation', () => {
  it.each(documents)('%s', async (path) => {
    const problems: string[] = [];
    for (const line of commandLines(textOf(path))) {
      const problem = await problemOf(line, path);
      if (problem !== undefined) problems.push(`${line}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });

  it('are found by this test', () => {
    expect(
      commandLines('`tscompose up -d`\n```sh\nA=1 tscompose ps >f   # all\nx && make demo\n```\n').sort(),
    ).toEqual(['make demo', 'tscompose ps', 'tscompose up -d', 'x']);
  });

  it('would not be taken for right when they are wrong', async () => {
    expect(await problemOf('tscompose upp', 'README.md')).toContain('unknown command');
    expect(await problemOf('tscompose up --nothing', 'README.md')).toContain('unknown flag');
    expect(await problemOf('make nothing', 'README.md')).toContain('no target');
    expect(await problemOf('npm run nothing', 'README.md')).toContain('no script');
  });
});

/** Makefiles of the places that the documents speak of. */
const makefiles = (path: string): string[] => [
  'Makefile',
  'templates/one-service/Makefile',
  ...(path.startsWith('examples/') ? [join(dirname(path), 'Makefile')] : []),
];

async function problemOf(line: string, path: string): Promise<string | undefined> {
  const [program = '', second = '', third = ''] = words(line);
  if (program === 'tscompose') {
    return checkCommand(line).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }
  if (program === 'make') {
    const texts = makefiles(path)
      .filter((file) => existsSync(join(root, file)))
      .map(textOf);
    return texts.some((text) => new RegExp(`^${second}:`, 'm').test(text))
      ? undefined
      : 'no target of that name';
  }
  if (program !== 'npm' || second !== 'run') return undefined;
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  return third in scripts ? undefined : 'no script of that name';
}

describe('links in the documentation', () => {
  it.each(documents)('%s', (path) => {
    const text = textOf(path).replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !resolves(path, target));
    expect(broken).toEqual([]);
  });

  it('lead to every page of docs from the README', () => {
    const linked = new Set(
      [...textOf('README.md').matchAll(/\]\((docs\/[^)#]+)/g)].map(([, target]) => target),
    );
    const missing = markdownIn('docs').filter((page) => !linked.has(page));
    expect(missing).toEqual([]);
  });
});

/** A file that is there and, after #, one of its headings. */
function resolves(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? join(root, from) : resolve(root, dirname(from), file);
  if (!existsSync(path) || relative(root, path).startsWith('..')) return false;
  if (anchor === undefined) return true;
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(anchor);
}
