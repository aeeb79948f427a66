import { type Diagnostic, sortDiagnostics, strictly } from '../base/diagnostic.ts';
import { ComposeError, fail } from '../base/errors.ts';
import { parseDuration } from '../base/units.ts';
import type { LoadRequest } from '../compose/load.ts';
import type { Loaded } from '../compose/types.ts';
import type { ProjectLock } from '../podman/project-lock.ts';
import type { Engine, EngineCall, Observed, ObservedContainer, ObservedLists } from '../podman/types.ts';
import { wantsColour } from '../report/select-reporter.ts';
import type { Reporter, TextStream } from '../report/types.ts';
import { Witness } from './answers/witness.ts';
import { besideProgress, isAsciiLocale } from './beside-progress.ts';
import type { BuildRoom } from './build-room.ts';
import type { Environment, GlobalOptions } from './global-options.ts';
import { booleanOf } from './grammar.ts';
import type { Interrupts } from './interrupts.ts';
import { readStandardInput } from './standard-input.ts';
import { type Telling, tellDiagnostics, tellError } from './tell-error.ts';
import type { Trace } from './trace.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Prepares the process for what comes. */
export interface Tuning {
  /** Before a large compose file is read. */
  readonly largeInput: () => void;
  /** From here on the engine works, and the command waits for it. */
  readonly littleWork: () => void;
  /** After all there is something to compute: a build. */
  readonly muchWork: () => void;
}

export interface SessionRequest {
  readonly options: GlobalOptions;
  readonly interrupts: Interrupts;
  readonly streams: Streams;
  /** The OS environment. */
  readonly env: Environment;
  readonly cwd: string;
  readonly tuning: Tuning;
  /** Where the command's answer may be kept. */
  readonly answerPath?: string | undefined;
  /** Which code runs; absent: answers are not kept. */
  readonly code?: string;
}

/** What one run of a command needs from outside: the project, the engine, the lock, and a voice. Everything is had once. */
export class Session {
  readonly options: GlobalOptions;
  readonly interrupts: Interrupts;
  readonly streams: Streams;
  /** The streams for what is written while progress may be drawn. */
  readonly output: { readonly stdout: TextStream; readonly stderr: TextStream };
  readonly env: Environment;
  readonly cwd: string;
  readonly tuning: Tuning;
  /** Takes note of what the command's answer is drawn from, when it may be kept. */
  readonly witness: Witness | undefined;
  readonly code: string | undefined;
  /** Takes note of what runs, when a command asks for it. */
  trace: Trace | undefined;
  /** How many builds at once, when a command says so. */
  jobs: number | undefined;
  #loaded: Loaded | undefined;
  #engine: Promise<Engine> | undefined;
  #lock: ProjectLock | undefined;
  #reporter: Promise<Reporter> | undefined;
  #shown: Reporter | undefined;
  #room: Promise<BuildRoom | undefined> | undefined;
  #lists: Promise<ObservedLists> | undefined;
  #areImagesSame = false;
  #isSilent = false;

  constructor(request: SessionRequest) {
    this.options = request.options;
    this.interrupts = request.interrupts;
    this.streams = request.streams;
    const shown = (): Reporter | undefined => this.#shown;
    this.output = {
      stdout: besideProgress(() => this.streams.stdout, shown),
      stderr: besideProgress(() => this.streams.stderr, shown),
    };
    this.env = request.env;
    this.cwd = request.cwd;
    this.tuning = request.tuning;
    this.code = request.code;
    this.witness = request.answerPath === undefined ? undefined : new Witness(request.answerPath, Date.now);
  }

  /** Begins to connect; what goes wrong is thrown where the engine is asked for. */
  startConnecting(): void {
    this.engine().catch(() => undefined);
  }

  /** Begins to look at what the engine holds. It is a glance: enough to say that nothing is to be done. */
  async startLooking(): Promise<void> {
    const { answer, isSent } = this.#ask((engine) => {
      this.#areImagesSame = this.#asks(engine);
      return engine.glance({ signal: this.interrupts.signal });
    });
    this.#lists = answer;
    await isSent;
  }

  /** Begins to look at containers only, of all projects, for commands that show them. */
  async startListing(): Promise<{ readonly containers: Promise<readonly ObservedContainer[]> }> {
    const { answer, isSent } = this.#ask((engine) =>
      engine.listContainers({}, { signal: this.interrupts.signal }),
    );
    await isSent;
    return { containers: answer };
  }

  /**
   * Asks the engine while files are read. What goes wrong is thrown where the answer is awaited.
   *
   * @returns `isSent` resolves when it has been asked: reading is done in one go, and nothing is sent meanwhile. An engine that is slow to
   *   answer is not waited for
   */
  #ask<T>(question: (engine: Engine) => Promise<T>): {
    readonly answer: Promise<T>;
    readonly isSent: Promise<void>;
  } {
    const asking = this.engine().then((engine) => ({ answer: question(engine) }));
    const answer = asking.then((asked) => asked.answer);
    answer.catch(() => undefined);
    return { answer, isSent: soon(asking) };
  }

  /** @returns false also when it is not known whether images are as they were when the engine was first asked */
  #asks({ capabilities: { store } }: Engine): boolean {
    return store !== undefined && this.witness?.asks(store) === true;
  }

  /** What was there when the engine was last looked at; undefined: that is not known. @param known - images that were looked up before */
  async foreseen(
    project: string,
    images: readonly string[],
    known?: Observed['images'],
  ): Promise<Observed | undefined> {
    const lists = await this.glimpse();
    if (!lists) return undefined;
    const engine = await this.engine();
    const isKnown = this.#areImagesSame && known && images.every((name) => known[name]);
    const request = { project, images: isKnown ? [] : images, details: false, lists };
    const observed = await engine.observe(request, { signal: this.interrupts.signal });
    return isKnown ? { ...observed, images: known } : observed;
  }

  /** The lists of the last look. */
  async glimpse(): Promise<ObservedLists | undefined> {
    return this.#lists?.catch(() => undefined);
  }

  engine(): Promise<Engine> {
    this.#engine ??= this.#connect();
    return this.#engine;
  }

  async #connect(): Promise<Engine> {
    const { connect, decidingFiles } = await import('../podman/connect.ts');
    if (this.witness) for (const path of decidingFiles(this.env)) this.witness.note(path);
    return connect({
      ...(this.options.url === undefined ? {} : { url: this.options.url }),
      environment: this.env,
      uid: this.uid,
      ...(this.options.debug ? { onCall: (call: EngineCall) => this.#tellCall(call) } : {}),
    });
  }

  get uid(): number {
    return process.getuid?.() ?? 0;
  }

  #tellCall({ method, path, status, ms }: EngineCall): void {
    this.output.stderr.write(`debug: ${method} ${path} ${status} ${ms.toFixed(1)} ms\n`);
  }

  /**
   * Loads the project and prints what was said about it.
   *
   * @throws {ComposeError} also when `--strict` was given and there are warnings
   */
  async load(request: Partial<LoadRequest> = {}): Promise<Loaded> {
    const { loadProject } = await import('../compose/load.ts');
    const loaded = loadProject({ ...this.loadRequest(), ...request });
    this.#loaded = loaded;
    await this.tell(loaded.diagnostics);
    return loaded;
  }

  /** The global flags as the loader takes them. */
  loadRequest(): LoadRequest {
    const { options } = this;
    return {
      cwd: this.cwd,
      env: options.compatibility ? { ...this.env, COMPOSE_COMPATIBILITY: 'true' } : this.env,
      resolve: true,
      allResources: options.allResources,
      ...(this.witness?.reading() ?? { stdin: readStandardInput }),
      onLargeFile: this.tuning.largeInput,
      ...(options.files.length > 0 ? { files: options.files } : {}),
      ...(options.envFiles.length > 0 ? { envFiles: options.envFiles } : {}),
      ...(options.profiles.length > 0 ? { profiles: splitProfiles(options.profiles) } : {}),
      ...(options.projectDirectory === undefined ? {} : { projectDirectory: options.projectDirectory }),
      ...(options.projectName === undefined ? {} : { projectName: options.projectName }),
    };
  }

  /** A COMPOSE_* setting: of the environment, or of the project's env files. */
  setting(name: string): string | undefined {
    return this.env[name] ?? this.#loaded?.environment[name];
  }

  isSet(name: string): boolean {
    const text = this.setting(name) ?? '';
    return booleanOf(text) ?? /^(?:yes|on)$/i.test(text);
  }

  /** Waits until no other command works on the project. Held until the session ends; asked for twice, it is the same. */
  async lock(project: string, command: string): Promise<void> {
    if (this.#lock) return;
    const [{ lockProject }, { runtimeDir }] = await Promise.all([
      import('../podman/project-lock.ts'),
      import('../podman/runtime-dir.ts'),
    ]);
    const engine = await this.engine();
    let isTold = false;
    this.#lock = await lockProject({
      folder: runtimeDir(this.env, this.uid),
      engine: engine.capabilities.url,
      project,
      command,
      timeoutMs: this.#lockTimeoutMs(),
      signal: this.interrupts.signal,
      onWait: (holder) => {
        if (isTold || this.options.progress === 'quiet') return;
        isTold = true;
        this.output.stderr.write(`waiting for ${holder} on project ${project}\n`);
      },
    });
  }

  #lockTimeoutMs(): number {
    const text = this.options.lockTimeout;
    if (text === undefined) return Number.POSITIVE_INFINITY;
    const duration = parseDuration(/^\d+$/.test(text) ? `${text}s` : text);
    if (typeof duration !== 'bigint') throw fail('E_USAGE', `--lock-timeout: ${duration}`);
    return Number(duration) / 1e6;
  }

  /** Lets other commands work on the project: an attached `up` only looks on. */
  async unlock(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async observe(project: string, images: readonly string[], details: boolean): Promise<Observed> {
    const engine = await this.engine();
    return engine.observe({ project, images, details }, { signal: this.interrupts.signal });
  }

  /** The layer builder; undefined where the engine's store is not on this machine. */
  buildRoom(): Promise<BuildRoom | undefined> {
    this.#room ??= this.#openRoom();
    return this.#room;
  }

  async #openRoom(): Promise<BuildRoom | undefined> {
    this.tuning.muchWork();
    const [{ openBuildRoom, sweep }, engine] = await Promise.all([import('./build-room.ts'), this.engine()]);
    await sweep(engine, this.env, this.uid);
    const env = this.buildEnvironment();
    const project = this.#loaded?.project.name ?? '';
    this.#asks(engine);
    return openBuildRoom({ engine, env, uid: this.uid, project, witness: this.witness });
  }

  /** The OS environment and the values of the project's secrets; of an included model's own ones by the names that its builds have. */
  buildEnvironment(): Environment {
    const { project, includedValues } = this.#loaded ?? {};
    const values: Record<string, string> = { ...includedValues };
    for (const { environment: name } of Object.values(project?.secrets ?? {})) {
      const value = name === undefined ? undefined : this.setting(name);
      if (name !== undefined && value !== undefined) values[name] = value;
    }
    return { ...this.env, ...values };
  }

  /** Shows progress; made when the first plan runs. */
  reporter(): Promise<Reporter> {
    this.#reporter ??= this.#makeReporter();
    return this.#reporter;
  }

  async #makeReporter(): Promise<Reporter> {
    const { selectReporter } = await import('../report/select-reporter.ts');
    const stream = this.isSet('COMPOSE_STATUS_STDOUT') ? this.streams.stdout : this.streams.stderr;
    const reporter = await selectReporter({
      mode: this.#isSilent ? 'quiet' : this.options.progress,
      stream,
      colour: this.colour(stream),
      dumb: this.env['TERM'] === 'dumb',
      ascii: isAsciiLocale(this.env),
      now: () => performance.now(),
    });
    this.#shown = reporter;
    // However the process ends, the terminal gets its cursor back.
    if (reporter.close) process.once('exit', reporter.close);
    return reporter;
  }

  colour(stream: { readonly isTTY?: boolean | undefined }): boolean {
    return wantsColour({ flag: this.options.colour, isTTY: stream.isTTY === true, env: this.env });
  }

  /** A command's own -q: no progress from here on. */
  silence(): void {
    this.#isSilent = true;
  }

  /**
   * Prints diagnostics on stderr.
   *
   * @throws {ComposeError} in their stead, when `--strict` makes errors of some
   */
  async tell(diagnostics: readonly Diagnostic[]): Promise<void> {
    const strict = this.options.strict ? strictly(diagnostics) : diagnostics;
    const isRefused = this.options.strict && strict.some(({ severity }) => severity === 'error');
    if (isRefused) throw new ComposeError(sortDiagnostics(strict), { exitCode: 3 });
    await tellDiagnostics(strict, this.#telling);
  }

  /** What `tell` would print. */
  async rendered(diagnostics: readonly Diagnostic[]): Promise<string> {
    let text = '';
    const stream: TextStream = {
      write: (chunk) => {
        text += chunk;
        return true;
      },
    };
    await tellDiagnostics(diagnostics, { ...this.#telling, stream });
    return text;
  }

  tellError(error: unknown): Promise<void> {
    this.#shown?.close?.();
    return tellError(error, this.#telling);
  }

  warn(message: string): void {
    this.output.stderr.write(`warning: ${message}\n`);
  }

  /** Data, on stdout. */
  print(text: string): void {
    this.output.stdout.write(text);
  }

  get #telling(): Telling {
    const { stderr } = this.output;
    return {
      stream: stderr,
      json: this.options.progress === 'json',
      colour: this.colour(stderr),
      debug: this.options.debug,
    };
  }

  async close(): Promise<void> {
    this.#shown?.close?.();
    const room = await this.#room?.catch(() => undefined);
    await room?.settle();
    await this.unlock();
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.close();
  }
}

/** `--profile a,b` is two profiles, as in COMPOSE_PROFILES. */
function splitProfiles(profiles: readonly string[]): string[] {
  return profiles.flatMap((text) => text.split(',')).filter((name) => name !== '');
}

/** Resolves when a question has gone out, or after 20 ms. */
async function soon(asking: Promise<unknown>): Promise<void> {
  // A connection is made in one turn of the loop and written to in the next.
  const sent = asking.then(async () => {
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 20);
  });
  await Promise.race([sent.catch(() => undefined), patience]);
  clearTimeout(timer);
}
