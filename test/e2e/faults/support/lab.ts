/** An engine with the fault proxy before it, a folder for projects, and a private runtime directory: all that a test needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isRoot } from '../../support/skips.ts';
import { type Ended, type Running, type StartOptions, start } from './command.ts';
import { FaultProxy } from './fault-proxy.ts';

export interface LabOptions {
  /** A service of its own, which may be stopped, with these global options of podman (another store); absent: the tests' common one. */
  readonly ownEngine?: readonly string[];
}

/** Folders that stay: ours, those that crun makes for itself when a build starts it, and those of an ordinary user's Podman. */
const kept = [
  'tscompose',
  'crun',
  'crun/.empty-directory',
  ...(isRoot ? [] : ['containers', 'libpod', 'runc']),
];

export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'tscompose-faults-'));
  readonly runtime = join(this.folder, 'runtime');
  readonly temporary = join(this.folder, 'tmp');
  readonly socket: string;
  /** A name for this lab's projects that no other test has. */
  readonly name = `faults${process.pid}${this.folder.slice(-3).toLowerCase()}`;
  readonly #options: LabOptions;
  #engine: ChildProcess | undefined;
  #proxy: FaultProxy | undefined;
  readonly #projects: Project[] = [];

  private constructor(options: LabOptions) {
    this.#options = options;
    this.socket = options.ownEngine ? join(this.folder, 'engine.sock') : inject('engineSocket');
  }

  static async open(options: LabOptions = {}): Promise<Lab> {
    const lab = new Lab(options);
    mkdirSync(lab.runtime, { mode: 0o700 });
    mkdirSync(lab.temporary, { mode: 0o700 });
    if (options.ownEngine) await lab.startEngine();
    lab.#proxy = await FaultProxy.listen(join(lab.folder, 'proxy.sock'), lab.socket);
    return lab;
  }

  get proxy(): FaultProxy {
    if (!this.#proxy) throw new Error('the lab is not open');
    return this.#proxy;
  }

  async startEngine(): Promise<void> {
    const args = [
      ...(this.#options.ownEngine ?? []),
      'system',
      'service',
      '--time=0',
      `unix://${this.socket}`,
    ];
    this.#engine = spawn('podman', args, { stdio: 'ignore', cwd: '/' });
    await eventually(() => this.ask('/_ping'));
  }

  async stopEngine(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    if (!engine || engine.exitCode !== null) return;
    const closed = new Promise((resolve) => engine.once('close', resolve));
    engine.kill('SIGKILL');
    await closed;
    rmSync(this.socket, { force: true });
  }

  /** The environment of the command: nothing of the machine's own settings, engine by the proxy. */
  get env(): Record<string, string | undefined> {
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: this.temporary,
      XDG_RUNTIME_DIR: this.runtime,
      CONTAINER_HOST: this.proxy.url,
    };
  }

  /** Asks the engine itself, past the proxy. */
  ask<T>(path: string, method = 'GET'): Promise<T> {
    return new Promise((resolve, reject) => {
      const full = path.startsWith('/_') ? path : `/v4.0.0/libpod${path}`;
      const request = http.request({ socketPath: this.socket, path: full, method }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if ((response.statusCode ?? 500) >= 400) reject(new Error(`${path}: ${text}`));
          else resolve((/^[[{"]/.test(text) ? JSON.parse(text) : text) as T);
        });
      });
      request.on('error', reject);
      request.end();
    });
  }

  /** @param files - by path in the project's folder; `compose.yaml` must be one of them */
  project(suffix: string, files: Readonly<Record<string, string>>): Project {
    const project = new Project(this, `${this.name}${suffix}`, files);
    this.#projects.push(project);
    return project;
  }

  /** Files in the private directories, the cache of the engine's description apart. */
  leftFiles(): string[] {
    return [this.runtime, this.temporary].flatMap((folder) =>
      existsSync(folder)
        ? (readdirSync(folder, { recursive: true }) as string[]).filter(
            (name) => !/(^|\/)engine-[0-9a-f]+\.json$|^crun\/\.cache\b/.test(name) && !kept.includes(name),
          )
        : [],
    );
  }

  async close(): Promise<void> {
    this.proxy.arm();
    for (const project of this.#projects) await project.clear();
    await this.proxy.close();
    await this.stopEngine();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface SeenContainer {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  readonly exitCode: number;
  readonly startedAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

interface RawContainer {
  Id: string;
  Names: string[];
  State: string;
  ExitCode: number;
  StartedAt: number;
  Labels: Record<string, string> | null;
  IsInfra: boolean;
  PodName: string;
}

interface Mount {
  readonly Type: string;
  readonly Name?: string;
}

/** A project in a folder of its own, and what the engine holds of it. */
export class Project {
  readonly lab: Lab;
  readonly name: string;
  readonly folder: string;

  constructor(lab: Lab, name: string, files: Readonly<Record<string, string>>) {
    this.lab = lab;
    this.name = name;
    this.folder = join(lab.folder, name);
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
    }
  }

  start(args: readonly string[], options: Partial<StartOptions> = {}): Running {
    const env = { ...this.lab.env, ...options.env };
    const before = options.program ? [] : ['-p', this.name];
    return start([...before, ...args], { cwd: this.folder, ...options, env });
  }

  run(args: readonly string[], options: Partial<StartOptions> = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** Ids of what `up` would do now. */
  async planned(): Promise<string[]> {
    const { code, stdout, stderr } = await this.run(['up', '--dry-run', '--format', 'json']);
    if (code !== 0) throw new Error(`up --dry-run: ${code}\n${stderr}`);
    const plans = jsonValues(stdout) as { actions: { id: string }[] }[];
    return plans.flatMap(({ actions }) => actions.map(({ id }) => id));
  }

  /** Its containers, without the pod's own, by name. */
  async containers(): Promise<SeenContainer[]> {
    const all = (await this.lab.ask<RawContainer[] | null>('/containers/json?all=true')) ?? [];
    return all
      .filter(({ Labels, IsInfra }) => !IsInfra && Labels?.['com.docker.compose.project'] === this.name)
      .map((raw) => ({
        name: raw.Names[0] ?? '',
        id: raw.Id,
        state: raw.State,
        exitCode: raw.ExitCode,
        startedAt: raw.StartedAt,
        labels: raw.Labels ?? {},
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of the volumes without a name of their own that its containers have. */
  async anonymousVolumes(): Promise<string[]> {
    const mountsOf = async (id: string): Promise<readonly Mount[]> => {
      try {
        return (await this.lab.ask<{ Mounts: Mount[] }>(`/containers/${id}/json`)).Mounts;
      } catch (error) {
        // The engine ends what it was asked for, also when who asked is dead by now.
        if (String(error).includes('no such container')) return [];
        throw error;
      }
    };
    const mounts = await Promise.all((await this.containers()).map(({ id }) => mountsOf(id)));
    const names = mounts
      .flat()
      .flatMap(({ Type, Name = '' }) => (Type === 'volume' && /^[0-9a-f]{64}$/.test(Name) ? [Name] : []));
    return [...new Set(names)].sort();
  }

  /** Everything whose name, label or pod is the project's, as "kind name". */
  async objects(): Promise<string[]> {
    const { lab, name } = this;
    const [containers, pods, networks, volumes, secrets] = await Promise.all([
      lab.ask<RawContainer[] | null>('/containers/json?all=true'),
      lab.ask<{ Name: string }[] | null>('/pods/json'),
      lab.ask<{ name: string }[] | null>('/networks/json'),
      lab.ask<{ Name: string; Labels: Record<string, string> | null }[] | null>('/volumes/json'),
      lab.ask<{ Spec: { Name: string } }[] | null>('/secrets/json'),
    ]);
    const ours = (text: string): boolean => text.includes(name);
    return [
      ...(containers ?? [])
        .filter(
          (raw) =>
            ours(raw.Names[0] ?? '') ||
            ours(raw.PodName) ||
            raw.Labels?.['com.docker.compose.project'] === name,
        )
        .map((raw) => `container ${raw.Names[0]}`),
      ...(pods ?? []).filter((raw) => ours(raw.Name)).map((raw) => `pod ${raw.Name}`),
      ...(networks ?? []).filter((raw) => ours(raw.name)).map((raw) => `network ${raw.name}`),
      ...(volumes ?? [])
        .filter((raw) => ours(raw.Name) || raw.Labels?.['com.docker.compose.project'] === name)
        .map((raw) => `volume ${raw.Name}`),
      ...(secrets ?? []).filter((raw) => ours(raw.Spec.Name)).map((raw) => `secret ${raw.Spec.Name}`),
    ].sort();
  }

  /** Removes whatever the test left, without tscompose. */
  async clear(): Promise<void> {
    const paths: Readonly<Record<string, string>> = {
      container: '/containers/NAME?force=true&timeout=0&volumes=true',
      pod: '/pods/NAME?force=true',
      network: '/networks/NAME?force=true',
      volume: '/volumes/NAME?force=true',
      secret: '/secrets/NAME',
    };
    for (const kind of ['pod', 'container', 'network', 'volume', 'secret']) {
      for (const object of await this.objects()) {
        const [own = '', name = ''] = object.split(' ');
        const path = (paths[kind] ?? '').replace('NAME', encodeURIComponent(name));
        if (own === kind) await this.lab.ask(path, 'DELETE').catch(() => undefined);
      }
    }
  }
}

/** JSON documents one after the other. */
function jsonValues(text: string): unknown[] {
  return text
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const value: unknown = JSON.parse(line);
      return Array.isArray(value) ? value : [value];
    });
}
