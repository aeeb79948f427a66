/**
 * Extended attributes of files: capabilities of programs and what users have attached. Node cannot read them; GNU tar can, and one
 * process of it tells of many files.
 */
import { spawn } from 'node:child_process';
import { findProgram } from './find-program.ts';
import { TarXattrs } from './tar-xattrs.ts';
import type { Xattrs } from './types.ts';

/** The attributes that Buildah copies. What overlay file systems keep for themselves is none of them. */
const patterns = [
  '--xattrs-include=security.capability',
  '--xattrs-include=security.ima',
  '--xattrs-include=user.*',
  '--xattrs-exclude=user.overlay.*',
  '--xattrs-exclude=user.fuseoverlayfs.*',
  '--xattrs-exclude=user.containers.*',
];

/**
 * @param paths - files and directories, absolute
 * @returns the attributes of those that have any, by path; nothing where there is no GNU tar or a file cannot be read
 */
export async function readXattrs(
  paths: readonly string[],
  searchPath: string | undefined,
): Promise<ReadonlyMap<string, Xattrs>> {
  const program = findProgram('tar', searchPath);
  if (!program || paths.length === 0) return new Map();
  const found = await askTar(program, paths);
  if (found?.length !== paths.length) return new Map();
  return new Map(paths.flatMap((path, index) => pair(path, found[index])));
}

function pair(path: string, xattrs: Xattrs | undefined): [string, Xattrs][] {
  return xattrs && Object.keys(xattrs).length > 0 ? [[path, xattrs]] : [];
}

/** One for each path, in their order; undefined when tar could not do it. */
function askTar(program: string, paths: readonly string[]): Promise<readonly Xattrs[] | undefined> {
  const args = [
    '--create',
    '--file=-',
    '--format=pax',
    '--absolute-names',
    '--no-recursion',
    '--hard-dereference',
  ];
  const names = ['--null', '--files-from=-'];
  const child = spawn(program, [...args, '--xattrs', ...patterns, ...names], {
    env: { LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const reader = new TarXattrs();
  child.stdout.on('data', (chunk: Buffer) => reader.write(chunk));
  // It may end before it has read all names.
  child.stdin.on('error', () => child.kill());
  child.stdin.end(paths.map((path) => `${path}\0`).join(''));
  return new Promise((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? reader.entries : undefined));
  });
}
