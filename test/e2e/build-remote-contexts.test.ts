import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { expect } from 'vitest';
import type { Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

const base = 'docker.io/library/busybox:latest';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function build(project: Project, ...args: string[]): Promise<Outcome> {
  const env = { XDG_CACHE_HOME: join(project.dir, '.cache') };
  return project.run(['build', ...args], { env, timeoutMs: 170_000 });
}

async function inImage(project: Project, service: string, command: string): Promise<string> {
  const image = `localhost/${project.name}-${service}`;
  const result = await project.podman(
    'run',
    '--rm',
    '--network=none',
    '--entrypoint=sh',
    image,
    '-c',
    command,
  );
  return result.stdout.trim();
}

/** Serves a folder, and asks for a name and a password below `/private`. */
async function serve(folder: string): Promise<{ server: Server; port: number }> {
  const server = createServer(({ url = '/', headers }, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(url, 'http://x').pathname)));
    const isAllowed = headers.authorization === `Basic ${Buffer.from('me:hidden').toString('base64')}`;
    if (url.startsWith('/private') && !isAllowed) response.writeHead(401).end();
    else if (!existsSync(path)) response.writeHead(404).end();
    else
      createReadStream(path)
        .on('error', () => response.end())
        .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Makes a repository with two commits: `v1` tags the first, `main` is at the second. @returns the first commit */
function makeRepository(project: Project): string {
  const work = join(project.dir, 'work');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: work,
      encoding: 'utf8',
    });
  project.write('work/sub/Dockerfile', `FROM ${base}\nCOPY . /c\nCMD ["sub"]\n`);
  project.write('work/sub/f', 'one\n');
  project.write('work/Dockerfile', `FROM ${base}\nCOPY sub/f /f\n`);
  symlinkSync('/etc', join(work, 'out'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=1');
  const first = git('rev-parse', 'HEAD').trim();
  git('tag', '--annotate', '--message=v1', 'v1');
  project.write('work/sub/f', 'two\n');
  git('commit', '--quiet', '--all', '--message=2');
  mkdirSync(join(project.dir, 'served/private'), { recursive: true });
  for (const bare of ['served/repo.git', 'served/private/repo.git']) {
    git('clone', '--quiet', '--bare', work, join(project.dir, bare));
    execFileSync('git', ['update-server-info'], { cwd: join(project.dir, bare) });
  }
  return first;
}

scenario(
  'build: a git repository is a build context: branch, tag, commit and directory; what has not changed is not built again',
  async ({ project }) => {
    const first = makeRepository(project);
    const { server, port } = await serve(join(project.dir, 'served'));
    const file = `file://${join(project.dir, 'served/repo.git')}`;
    const services = {
      whole: file,
      tag: `${file}#v1:sub`,
      commit: `${file}#${first}`,
      web: `http://127.0.0.1:${port}/repo.git#main:sub`,
      private: `http://me:hidden@127.0.0.1:${port}/private/repo.git#:sub`,
    };
    try {
      const lines = Object.entries(services).map(
        ([name, url]) => `  ${name}: { build: { context: "${url}" } }`,
      );
      project.compose(`services:\n${lines.join('\n')}\n`);
      const result = await build(project);
      expect(result.stderr).not.toContain('as a whole');
      expect(result.code).toBe(0);
      expect(await inImage(project, 'whole', 'cat /f')).toBe('two');
      expect(await inImage(project, 'tag', 'cat /c/f; ls -A /c')).toBe('one\nDockerfile\nf');
      expect(await inImage(project, 'commit', 'cat /f')).toBe('one');
      expect(await inImage(project, 'web', 'cat /c/f')).toBe('two');
      expect(await inImage(project, 'private', 'cat /c/f')).toBe('two');
      const plan = JSON.parse((await build(project, '--print')).stdout) as { actions: unknown[] };
      expect(plan.actions).toEqual([]);
    } finally {
      server.close();
    }
  },
  170_000,
);

scenario(
  'build: a git context that cannot be had fails its own image, with the line, and shows no password',
  async ({ project }) => {
    makeRepository(project);
    const file = `file://${join(project.dir, 'served/repo.git')}`;
    const { server, port } = await serve(join(project.dir, 'served'));
    try {
      project.compose(`
services:
  good: { build: { context: "${file}" } }
  branch: { build: { context: "${file}#nope" } }
  folder: { build: { context: "${file}#main:nope" } }
  out: { build: { context: "${file}#main:out" } }
  denied: { build: { context: "http://me:wrongsecret@127.0.0.1:${port}/private/repo.git" } }
`);
      const { code, stderr } = await build(project);
      expect(code).toBe(1);
      expect(stderr).toMatch(/compose\.yaml:7:\d+: error E_BUILD: .* has no branch, tag or commit "nope"/);
      expect(stderr).toMatch(/compose\.yaml:8:\d+: error E_BUILD: .* has no directory "nope"/);
      expect(stderr).toMatch(/compose\.yaml:9:\d+: error E_BUILD: "out" leads out of /);
      expect(stderr).toMatch(
        /compose\.yaml:10:\d+: error E_BUILD: the build context http:.* cannot be fetched/,
      );
      expect(stderr.replaceAll(/^ +\d+ \|.*$/gm, '')).not.toContain('wrongsecret');
      expect(await inImage(project, 'good', 'cat /f')).toBe('two');
    } finally {
      server.close();
    }
  },
  170_000,
);

scenario(
  'build: an archive at an address is a build context, unpacked within its directory',
  async ({ project }) => {
    project.write('context/Dockerfile', `FROM ${base}\nCOPY f /f\nCOPY --from=more x /x\n`);
    project.write('context/f', 'archived\n', 0o640);
    project.write('more/x', 'more\n');
    project.write('served/page', 'no archive\n');
    const served = (name: string): string => join(project.dir, 'served', name);
    const pack = (name: string, folder: string): Buffer =>
      execFileSync('tar', [
        '--create',
        '--gzip',
        `--file=${served(name)}`,
        `--directory=${join(project.dir, folder)}`,
        '.',
      ]);
    pack('context.tar.gz', 'context');
    pack('more.tgz', 'more');
    execFileSync('tar', ['--create', `--file=${served('evil.tar')}`, '--transform=s,^f,../../evil,', 'f'], {
      cwd: join(project.dir, 'context'),
    });
    const { server, port } = await serve(join(project.dir, 'served'));
    const at = (name: string): string => `http://127.0.0.1:${port}/${name}`;
    try {
      project.compose(`
services:
  a: { build: { context: "${at('context.tar.gz')}", additional_contexts: { more: "${at('more.tgz')}" } } }
  page: { build: { context: "${at('page')}" } }
  gone: { build: { context: "${at('gone.tar')}" } }
  evil: { build: { context: "${at('evil.tar')}" } }
`);
      const { code, stderr } = await build(project);
      expect(code).toBe(1);
      expect(await inImage(project, 'a', 'cat /f /x; stat -c %a:%u /f')).toBe('archived\nmore\n640:0');
      expect(stderr).toMatch(/page cannot be unpacked/);
      expect(stderr).toMatch(/gone\.tar cannot be fetched: the server says 404/);
      expect(stderr).toMatch(/evil\.tar cannot be unpacked: .*\.\./);
      expect(existsSync(join(project.dir, '.cache/tscompose/evil'))).toBe(false);
      project.write('context/f', 'changed\n');
      pack('context.tar.gz', 'context');
      expect((await build(project, 'a')).code).toBe(0);
      expect(await inImage(project, 'a', 'cat /f')).toBe('changed');
    } finally {
      server.close();
    }
  },
  170_000,
);
