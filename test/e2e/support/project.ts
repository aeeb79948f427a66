/** A compose project on the real engine: a folder of its own, a name of its own, the bundle run in it. */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { removeEverything, type World, world } from './cleanup.ts';
import { get, type Inspect, type Listed, labelFilter, type PodInspect } from './engine.ts';

/** The bundle under test; TSCOMPOSE_E2E_CLI names another one, say of an installed package. */
export const cli: string =
  process.env['TSCOMPOSE_E2E_CLI'] ?? fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
export const busybox = 'docker.io/library/busybox:latest';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Folder to run in; default: the project's. */
  readonly cwd?: string;
  /** Default 120 000; then it is killed and the code is 137. */
  readonly timeoutMs?: number;
}

/** A command that is on its way. */
export interface Running {
  /** What it has said so far. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  write(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended; -1 as its code when a signal ended it. */
  readonly done: Promise<Result>;
}

/** One container of the project. */
export interface Found {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly state: string;
  readonly exitCode: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly podId: string;
}

export class Project {
  readonly name: string;
  readonly dir: string;
  /** The start of a /24 that no other project of a test uses: "10.143.7". */
  readonly subnet: string;
  /** Every command that ran and what it said, for the artifacts. */
  readonly transcript: string[] = [];
  readonly #children: Running[] = [];

  constructor(name: string) {
    this.name = name;
    // Networks of all engines of a machine share its addresses.
    this.subnet = `10.${randomInt(130, 250)}.${randomInt(256)}`;
    this.dir = mkdtempSync(join(tmpdir(), `${name}-`));
  }

  /** Writes a file below the project's folder; gives its path. */
  write(file: string, text: string, mode?: number): string {
    const path = join(this.dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, mode === undefined ? {} : { mode });
    return path;
  }

  /**
   * Writes compose.yaml under a name and two anchors: `<<: *box` is an image and no grace when stopped, `<<: *sleep` is that
   * and a command that only waits.
   */
  compose(text: string, file = 'compose.yaml'): void {
    const box = `image: ${busybox}, stop_grace_period: 0s`;
    const head = `name: ${this.name}\nx-box: &box { ${box} }\nx-sleep: &sleep { ${box}, command: [sleep, "1000"] }\n`;
    this.write(file, `${head}${text}`);
  }

  read(file: string): string {
    return readFileSync(join(this.dir, file), 'utf8');
  }

  /** Changes compose.yaml by a replacement; the text must be there. */
  edit(from: string, to: string, file = 'compose.yaml'): void {
    const before = this.read(file);
    if (!before.includes(from)) throw new Error(`"${from}" is not in ${file}`);
    this.write(
      file,
      before.replace(from, () => to),
    );
  }

  /** Runs a command to its end, whatever its exit code. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const { cwd, env = {}, input = '', timeoutMs = 120_000 } = options;
    const started = performance.now();
    const done = await execa(process.execPath, [cli, ...args], {
      cwd: cwd ?? this.dir,
      env,
      input,
      reject: false,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stripFinalNewline: false,
    });
    const code = done.exitCode ?? (done.timedOut ? 137 : 1);
    const result = { code, stdout: done.stdout, stderr: done.stderr };
    this.transcript.push(
      `$ tscompose ${args.join(' ')}  -> ${code} in ${Math.round(performance.now() - started)} ms\n${done.stdout}\n--- stderr\n${done.stderr}`,
    );
    return result;
  }

  /** Runs a command that must succeed. */
  async ok(...args: string[]): Promise<Result> {
    const result = await this.run(args);
    if (result.code !== 0)
      throw new Error(
        `tscompose ${args.join(' ')} ended with ${result.code}:\n${result.stdout}${result.stderr}`,
      );
    return result;
  }

  /** Starts a command and lets it run; it is killed when the test ends. */
  start(args: readonly string[], options: RunOptions = {}): Running {
    const child = execa(process.execPath, [cli, ...args], {
      cwd: options.cwd ?? this.dir,
      env: options.env ?? {},
      reject: false,
      stdin: 'pipe',
      stripFinalNewline: false,
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.stderr += chunk.toString();
    });
    const running: Running = {
      said,
      write: (text) => child.stdin.write(text),
      kill: (signal) => child.kill(signal),
      done: child.then(({ exitCode, stdout, stderr, signal }) => {
        this.transcript.push(
          `$ tscompose ${args.join(' ')}  -> ${exitCode ?? signal}\n${stdout}\n--- stderr\n${stderr}`,
        );
        return { code: exitCode ?? -1, stdout, stderr };
      }),
    };
    this.#children.push(running);
    return running;
  }

  /** The project's containers, in order of service and number. */
  async containers(): Promise<Found[]> {
    const filters = labelFilter(`com.docker.compose.project=${this.name}`);
    const listed = await get<Listed[] | null>(`/containers/json?all=true&filters=${filters}`);
    return (listed ?? [])
      .map((one) => {
        const labels = one.Labels ?? {};
        return {
          id: one.Id,
          name: one.Names[0] ?? '',
          service: labels['com.docker.compose.service'] ?? '',
          number: Number(labels['com.docker.compose.container-number']),
          // Podman says stopped until its own clean-up after the end has run.
          state: one.State === 'stopped' ? 'exited' : one.State,
          exitCode: one.ExitCode,
          labels,
          podId: one.Pod,
        };
      })
      .sort((a, b) => (a.service === b.service ? a.number - b.number : a.service < b.service ? -1 : 1));
  }

  /** "service-number state", one per container: `['db-1 running', 'web-1 exited']`. */
  async states(): Promise<string[]> {
    return (await this.containers()).map(({ service, number, state }) => `${service}-${number} ${state}`);
  }

  /** Ids by "service-number". */
  async ids(): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await this.containers()).map((one) => [`${one.service}-${one.number}`, one.id]),
    );
  }

  /** @param what - "web" for its first container, "web-2", or a whole name */
  async inspect(what: string): Promise<Inspect> {
    const found = (await this.containers()).find(
      (one) => `${one.service}-${one.number}` === what || one.name === what || one.service === what,
    );
    if (!found) throw new Error(`no container ${what} in ${this.name}`);
    return get<Inspect>(`/containers/${found.id}/json`);
  }

  /** When the container's process started, in milliseconds. */
  async startedAt(what: string): Promise<number> {
    return Date.parse((await this.inspect(what)).State.StartedAt);
  }

  /** The project's pod; throws when there is none. */
  pod(): Promise<PodInspect> {
    return get<PodInspect>(`/pods/pod_${this.name}/json`);
  }

  world(): Promise<World> {
    return world(this.name);
  }

  /** Runs a command in a container, apart from the program under test. @param what - as for `inspect` */
  async exec(what: string, ...command: string[]): Promise<Result> {
    const { Id } = await this.inspect(what);
    return this.podman('exec', Id, ...command);
  }

  /** What `sh -c` prints in a container; throws when it fails. */
  async sh(what: string, script: string): Promise<string> {
    const { code, stdout, stderr } = await this.exec(what, 'sh', '-c', script);
    if (code !== 0) throw new Error(`${what}: ${script} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Identity of the network namespace that the container's process is in: "net:[4026532008]". */
  async netns(what: string): Promise<string> {
    const { State } = await this.inspect(what);
    return readlinkSync(`/proc/${State.Pid}/ns/net`);
  }

  /** Where `plan` says each service runs, and why: "pod: shares the pod's network". */
  async placements(): Promise<Record<string, string>> {
    const { stdout } = await this.ok('plan', '--format', 'json');
    const plan = JSON.parse(stdout) as { placements: { service: string; kind: string; reason: string }[] };
    return Object.fromEntries(
      plan.placements.map(({ service, kind, reason }) => [service, `${kind}: ${reason}`]),
    );
  }

  /** What the container has written so far, both streams. */
  async logs(what: string): Promise<string> {
    const { Id } = await this.inspect(what);
    const { stdout, stderr } = await this.podman('logs', Id);
    return `${stdout}${stderr}`;
  }

  async podman(...args: string[]): Promise<Result> {
    const done = await execa('podman', args, { reject: false, stdin: 'ignore', stripFinalNewline: false });
    return { code: done.exitCode ?? 1, stdout: done.stdout, stderr: done.stderr };
  }

  /** Ends what was started, and removes all that the project left; `keep` leaves it where it is. */
  async end(keep: boolean): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.allSettled(this.#children.map(({ done }) => done));
    if (keep) return;
    await removeEverything(this.name);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
