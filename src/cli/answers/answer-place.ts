/** Where answers are kept, by all that they are asked with, and how one is read. The launcher has this, too: nothing else is loaded for it. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheHome } from '../../base/cache-home.ts';
import { mixed } from '../../base/mixed.ts';
import { isOnlyOurs } from '../only-ours.ts';

/** Variables that a shell changes by itself. A project that takes their values has no kept answer. */
export const restless: readonly string[] = ['OLDPWD', 'SHLVL'];

export interface Asked {
  /** What is asked, as plain data; what is told from other questions by nothing else must be in it. */
  readonly question: unknown;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which code would answer. */
  readonly code: string;
}

/** @returns undefined: answers are not to be kept */
export function answerPlace({ question, cwd, env, code }: Asked): string | undefined {
  if (env['TSCOMPOSE_KEPT_ANSWERS'] === '0') return undefined;
  const variables = Object.entries(env).filter(([name]) => !restless.includes(name));
  const asked = JSON.stringify([question, cwd, variables, code, process.getuid?.()]);
  return join(cacheHome(env), 'answers', `${mixed(asked, 1)}${mixed(asked, 2)}.json`);
}

/** @throws when there is nothing of the kind that is only ours */
export function readAnswer(path: string): unknown {
  const descriptor = openSync(path, 'r');
  try {
    return JSON.parse(isOnlyOurs(fstatSync(descriptor)) ? readFileSync(descriptor, 'utf8') : '');
  } finally {
    closeSync(descriptor);
  }
}
