/** What the scripts that build everything twice have in common: commands with a cache of their own, and their results. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
export const conformance = resolve(root, process.env.CONFORMANCE ?? '../shared/conformance');
export const compareImages = join(conformance, 'compare-images');

/**
 * @param {string} folder - where the commands of this run work, and keep what tscompose keeps
 * @returns {(command: string, args: string[], more?: { cwd?: string, env?: object, killAfterMs?: number }) => { code: number, text: string }}
 *   runs one to its end, or kills it before; `text`: all that it has written; `code` 127: it cannot be started, or was killed
 */
export function commandsIn(folder) {
  return (command, args, { cwd = folder, env = {}, killAfterMs } = {}) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      ...(killAfterMs === undefined ? {} : { timeout: killAfterMs, killSignal: 'SIGKILL' }),
    });
    return { code: error ? 127 : (status ?? 128), text: `${stdout}${stderr}${error ?? ''}` };
  };
}

/** @returns the first number of Podman's version; 0: it does not run */
export function podmanMajor(run) {
  return Number(/(\d+)\./.exec(run('podman', ['--version']).text)?.[1] ?? 0);
}

/**
 * The command that builds an image as everybody does, from scratch.
 *
 * @param {{ file: string, context: string, image: string, flags: readonly string[] }} what
 */
export function podmanBuild({ file, context, image, flags }) {
  const usual = ['--format=docker', '--no-cache', '--pull=never'];
  return ['podman', 'build', ...usual, `--tag=${image}`, `--file=${file}`, ...flags, context];
}

/** Runs tscompose in a project's folder. */
export function tscompose(run, args, more) {
  return run(process.execPath, [join(root, 'dist/cli.js'), '--progress', 'plain', ...args], more);
}
