/** An engine with a store of its own: what is left behind shows, and a full disk is nobody else's. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { eventually } from './eventually.ts';
import { busybox, cli, type Result } from './project.ts';
import { isRoot } from './skips.ts';

export interface OwnStoreRequest {
  /** The store's whole room; absent: as much as the machine has. */
  readonly megabytes?: number;
  /** For the engine and for all that is run on it. */
  readonly env?: Readonly<Record<string, string>>;
}

export class OwnStore {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'e2e-store-'));
  readonly env: Readonly<Record<string, string>>;
  readonly #service: ChildProcess;
  readonly #isSmall: boolean;

  private constructor({ megabytes, env = {} }: OwnStoreRequest) {
    this.#isSmall = megabytes !== undefined;
    const path = (name: string): string => join(this.folder, name);
    mkdirSync(path('graph'));
    mkdirSync(path('runtime'), { mode: 0o700 });
    mkdirSync(path('temporary'));
    if (megabytes !== undefined)
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path('graph')]);
    writeFileSync(
      path('storage.conf'),
      `[storage]\ndriver = "overlay"\ngraphroot = "${path('graph')}"\nrunroot = "${path('run')}"\n` +
        `rootless_storage_path = "${path('graph')}"\n`,
    );
    const socket = `unix://${path('podman.sock')}`;
    this.env = {
      ...env,
      CONTAINERS_STORAGE_CONF: path('storage.conf'),
      CONTAINER_HOST: socket,
      XDG_RUNTIME_DIR: path('runtime'),
      XDG_CACHE_HOME: path('cache'),
      TMPDIR: path('temporary'),
    };
    const { CONTAINER_HOST, ...own } = this.env;
    this.#service = spawn('podman', ['system', 'service', '--time=0', socket], {
      env: { ...process.env, ...own },
      stdio: 'ignore',
    });
  }

  static async open(request: OwnStoreRequest = {}): Promise<OwnStore> {
    const store = new OwnStore(request);
    const archive = join(store.folder, 'busybox.tar');
    await execa('podman', ['save', '--quiet', `--output=${archive}`, busybox]);
    await store.podman('load', '--quiet', `--input=${archive}`);
    rmSync(archive);
    await eventually(() => {
      if (!existsSync(join(store.folder, 'podman.sock'))) throw new Error('the engine is not there yet');
    });
    return store;
  }

  /** Podman on this store. */
  async podman(...args: string[]): Promise<string> {
    const { CONTAINER_HOST, ...env } = this.env;
    return (await execa('podman', args, { env })).stdout;
  }

  start(
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ): { readonly pid: number; readonly done: Promise<Result> } {
    const child = execa(process.execPath, [cli, ...args], {
      cwd,
      env: { ...this.env, ...env },
      reject: false,
      stdin: 'ignore',
    });
    const done = child.then(({ exitCode, stdout, stderr }) => ({ code: exitCode ?? -1, stdout, stderr }));
    return { pid: child.pid ?? 0, done };
  }

  run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
    return this.start(args, cwd, env).done;
  }

  /** Working containers, mounts and temporary files of builds that are over. */
  async leftovers(): Promise<string[]> {
    const containers = await this.podman(
      'ps',
      '--all',
      '--external',
      '--format',
      'container {{.ID}} {{.Image}}',
    );
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`${this.folder}/graph/overlay/`))
      .map((line) => `mount ${line.split(' ')[1]}`);
    const files = readdirSync(join(this.folder, 'temporary')).map((name) => `file ${name}`);
    return [...containers.split('\n').filter(Boolean), ...mounts, ...files];
  }

  /** Makes a small store larger, as a user does who frees some space. */
  grow(megabytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${megabytes}m`, join(this.folder, 'graph')]);
  }

  close(): void {
    this.#service.kill();
    for (let tries = 1; ; tries++) {
      this.#unmount();
      try {
        // An ordinary user's images hold files of other users.
        if (!isRoot) execFileSync('podman', ['unshare', 'rm', '-rf', join(this.folder, 'graph')]);
        rmSync(this.folder, { recursive: true, force: true });
        return;
      } catch (error) {
        if (tries === 20) throw error;
        execFileSync('sleep', ['0.2']);
      }
    }
  }

  /** A podman that still clears up after a container mounts it anew. */
  #unmount(): void {
    const graph = join(this.folder, 'graph');
    for (const path of [join(graph, 'overlay'), ...(this.#isSmall ? [graph] : [])]) {
      try {
        execFileSync('umount', ['--lazy', path], { stdio: 'ignore' });
      } catch {
        // Podman had not mounted it.
      }
    }
  }
}
