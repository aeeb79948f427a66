/** One recorded case: project files, a command line, and what docker compose 2.40.3 answered. Runs in this process, in a folder of its own. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runConfig } from '../../src/cli/commands/config.ts';
import { splitCommand } from '../../src/compose/shell-words.ts';
import { parseArguments } from './command-line.ts';

export interface Case {
  readonly tags: readonly string[];
  /** What stands before `config`. */
  readonly cmd?: string;
  /** What stands after `config`; `--format json` when absent. */
  readonly config_args?: string;
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  readonly projdir?: string;
  /** Relative to the project's directory. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The answer: one of the three. @DIR@ is the project's directory, @UP@ its parent, @HOME@ the home. */
  readonly json?: unknown;
  readonly text?: string;
  readonly error?: true;
  readonly text_mode?: 'sorted' | 'subset' | 'yaml';
}

export interface Answer {
  /** -1: the arguments are not those of `config`. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const home = '/home/tester';

export async function runCase(given: Case): Promise<Answer> {
  const up = realpathSync(mkdtempSync(join(tmpdir(), 'conformance-')));
  const project = join(up, given.projdir ?? 'proj');
  try {
    layOut(given, project);
    const answer = await run(given, project);
    return { ...answer, stdout: withTokens(answer.stdout, project), stderr: withTokens(answer.stderr, project) };
  } finally {
    rmSync(up, { recursive: true, force: true });
  }
}

function layOut(given: Case, project: string): void {
  mkdirSync(project, { recursive: true });
  for (const path of given.directories ?? []) mkdirSync(join(project, path), { recursive: true });
  for (const [path, content] of Object.entries(given.files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
  for (const [path, target] of Object.entries(given.links ?? {})) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    symlinkSync(target, join(project, path));
  }
}

async function run(given: Case, project: string): Promise<Answer> {
  const env = { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8', ...given.env };
  const after = given.config_args ?? '--format json';
  const words = splitCommand(`${given.cmd ?? ''} config ${after}`)?.words ?? [];
  const args = parseArguments(words, join(project, given.cwd ?? '.'), env);
  if (!args) return { code: -1, stdout: '', stderr: '' };
  const out: string[] = [];
  const err: string[] = [];
  const code = await runConfig(args, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    stdin: () => given.stdin ?? '',
    writeFile: (path, text) => writeFileSync(join(args.cwd, path), text),
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

function withTokens(text: string, project: string): string {
  return text.replaceAll(project, '@DIR@').replaceAll(dirname(project), '@UP@').replaceAll(home, '@HOME@');
}

/** The output in a form that can be compared: data where it is data, sorted lines where their order says nothing. */
export function comparable(given: Case, stdout: string): unknown {
  if (given.json !== undefined) return JSON.parse(stdout);
  if (given.text_mode === 'sorted')
    return stdout
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .filter((line) => line !== '')
      .sort();
  if (given.text_mode !== 'subset') return stdout;
  const wanted = new Set((given.text ?? '').split('\n'));
  return stdout.split('\n').filter((line) => wanted.has(line)).sort();
}

export function expected(given: Case): unknown {
  return given.json ?? comparable(given, given.text ?? '');
}
