/** A git repository as a build context: one commit, its submodules with it, without history. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { fail } from '../../base/errors.ts';
import type { ContextAddress } from './address.ts';
import { type FetchPlace, madeOnce } from './made-once.ts';
import { runProgram } from './run-program.ts';

type GitAddress = Extract<ContextAddress, { kind: 'git' }>;

/** @returns the directory of the commit */
export async function fetchGit(address: GitAddress, place: FetchPlace): Promise<string> {
  const git = gitOf(address, place);
  const commit = await commitOf(address, git);
  const path = join(place.folder, `git-${sha256(`${address.url} ${commit}`).slice(0, 32)}`);
  return madeOnce(path, async (empty) => {
    await git(['init', '--quiet'], empty);
    await fetchCommit(address, commit, (args) => git(args, empty));
    await git(['checkout', '--quiet', '--detach', commit], empty);
    await git(['submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1'], empty);
    // Docker's builder leaves it out, and it is different every time.
    rmSync(join(empty, '.git'), { recursive: true, force: true });
  });
}

type Git = (args: readonly string[], cwd?: string) => Promise<string>;

function gitOf({ url, authorization }: GitAddress, { environment }: FetchPlace): Git {
  const header =
    authorization === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'http.extraHeader',
          GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
        };
  // Nobody is there to answer questions, and ext:: and other helpers would run programs.
  // A repository from elsewhere must not name files of this machine as its submodules.
  const protocols = url.startsWith('file://') ? 'file:git:http:https:ssh' : 'git:http:https:ssh';
  const own = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: protocols, ...header };
  return async (args, cwd) => {
    const result = await runProgram({
      name: 'git',
      args,
      environment: { ...environment, ...own },
      ...(cwd === undefined ? {} : { cwd }),
    });
    if ('output' in result) return result.output;
    throw fail('E_BUILD', `the build context ${url} cannot be fetched: ${result.problem}`);
  };
}

async function commitOf({ url, ref }: GitAddress, git: Git): Promise<string> {
  if (ref !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref)) return ref;
  const name = ref ?? 'HEAD';
  const lines = (await git(['ls-remote', '--', url, name, `${name}^{}`])).split('\n').filter(Boolean);
  const found = new Map(lines.map((line) => line.split('\t').reverse() as [string, string]));
  const wanted = [name, `refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`];
  const commit = wanted.map((one) => found.get(one)).find(Boolean);
  if (commit === undefined) throw fail('E_BUILD', `${url} has no branch, tag or commit "${name}"`);
  return commit;
}

/** A server need not give away a commit that no name leads to: then all of it is asked for. */
async function fetchCommit({ url }: GitAddress, commit: string, git: Git): Promise<void> {
  try {
    await git(['fetch', '--quiet', '--depth=1', '--', url, commit]);
  } catch {
    await git(['fetch', '--quiet', '--tags', '--', url, '+refs/heads/*:refs/remotes/origin/*']);
  }
}
