/**
 * Sandboxes for the commands of a build: a network that is set up, and what the engine's runtime is told for a container. Made before
 * they are needed and used by one step after the other, since to have the engine do this for each costs more than all else that a
 * small step does.
 *
 * A sandbox is a container of the engine that is initialised and never started: the configuration that Podman wrote for it holds all
 * that Podman's settings ask for on this machine (rights, limits, system calls, masked paths).
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { segmentContainer, segmentPrefix } from '../stale-builds.ts';
import type { Engine } from '../types.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import { plainSpec } from './step-spec.ts';

export interface Sandbox {
  /** The runtime's program. */
  readonly runtime: string;
  /** Of the container. */
  readonly id: string;
  /** What Podman told the runtime. */
  readonly config: RuntimeConfig;
}

export interface SandboxesContext {
  readonly engine: Engine;
  /** Private directory, where a later run finds what a killed one has left. */
  readonly folder: string;
}

export interface SandboxesRequest {
  /** How many steps will ask for one. */
  readonly uses: number;
  readonly count: number;
  /** Any that is there. */
  readonly image: string;
}

/** For one step the engine is as quick. */
const worthwhile = 2;

export class StepSandboxes {
  readonly #context: SandboxesContext;
  readonly #free: Sandbox[] = [];
  readonly #removals: (() => Promise<void>)[] = [];
  #wanted = 0;
  /** All of them. */
  #making: Promise<void> = Promise.resolve();
  /** The one that is being made. */
  #current: Promise<void> = Promise.resolve();
  #isAwaited = false;
  /** How many steps have not given theirs back yet. */
  #uses = 0;
  #closed: Promise<void> | undefined;

  constructor(context: SandboxesContext) {
    this.#context = context;
  }

  /** They are made one after the other: the steps that run meanwhile are what matters. */
  prepare({ uses, count, image }: SandboxesRequest): void {
    if (uses < worthwhile || this.#context.engine.capabilities.runtimePath === undefined) return;
    this.#uses += uses;
    this.#closed = undefined;
    for (; this.#wanted < count; this.#wanted++) {
      this.#making = this.#making.then(() => {
        this.#current = this.#make(image);
        return this.#current;
      });
    }
  }

  /** One that no other step is using, waiting for the one that is being made; undefined: there is none. */
  async take(): Promise<Sandbox | undefined> {
    if (this.#free.length === 0 && !this.#isAwaited) {
      this.#isAwaited = true;
      await this.#current;
      this.#isAwaited = false;
    }
    return this.#free.shift();
  }

  /** @param sandbox - what `take` gave */
  give(sandbox: Sandbox | undefined): void {
    if (sandbox) this.#free.push(sandbox);
    this.#uses--;
    // Nobody has one or will ask for one: to take it away takes a while too.
    if (this.#uses <= 0) void this.close();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#uses = 0;
    await this.#making;
    this.#free.length = 0;
    this.#wanted = 0;
    await Promise.all(this.#removals.splice(0).map((remove) => remove()));
  }

  async #make(image: string): Promise<void> {
    // The steps that wanted it have run, or the build is over.
    if (this.#closed !== undefined) return;
    const { engine } = this.#context;
    const folder = await mkdtemp(join(this.#context.folder, `${segmentPrefix}${process.pid}-`));
    const name = segmentContainer(basename(folder));
    this.#removals.push(() => removeBoth(engine, name, folder));
    try {
      await engine.createContainer({
        ...plainSpec(name, image),
        entrypoint: ['/bin/sh'],
        netns: { nsmode: 'bridge' },
      });
      await engine.initContainer(name);
      const sandbox = await sandboxOf(engine, name);
      if (sandbox) this.#free.push(sandbox);
    } catch {
      // Without it each step is a container that the engine runs: an image without a shell, for one.
    }
  }
}

async function removeBoth(engine: Engine, name: string, folder: string): Promise<void> {
  try {
    await engine.removeContainer(name, { volumes: false, force: true });
    await rm(folder, { recursive: true, force: true });
  } catch {
    // The next build finds them.
  }
}

async function sandboxOf(engine: Engine, name: string): Promise<Sandbox | undefined> {
  const made = await engine.inspectContainer(name);
  const runtime = engine.capabilities.runtimePath;
  if (!made?.runtimeConfig || runtime === undefined) return undefined;
  const config = JSON.parse(await readFile(made.runtimeConfig, 'utf8')) as RuntimeConfig;
  // Files are labelled for their own container.
  if (config.process.selinuxLabel) return undefined;
  return { runtime, id: made.id, config };
}
