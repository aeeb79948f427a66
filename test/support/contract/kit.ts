import { expect } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import type { ContainerSpec, NetworkSpec, PodSpec } from '../../../src/podman/spec.ts';
import type { Engine, Observed } from '../../../src/podman/types.ts';

/** One test's engine; every name of an object begins with `prefix`. */
export interface Stage {
  readonly engine: Engine;
  /** Of lower case letters and digits; nothing on the engine has a name with it. */
  readonly prefix: string;
  /** A local image with a shell. */
  readonly image: string;
  /** Removes what the test has left. */
  readonly clear: () => Promise<void>;
}

/** Specs and questions that the contract's parts share. Its stage is another one in each test. */
export class ContractKit {
  #stage: Stage | undefined;

  set stage(stage: Stage) {
    this.#stage = stage;
  }

  get stage(): Stage {
    if (!this.#stage) throw new Error('no test runs');
    return this.#stage;
  }

  get engine(): Engine {
    return this.stage.engine;
  }

  readonly named = (suffix: string): string => `${this.stage.prefix}${suffix}`;

  readonly labels = (): Record<string, string> => ({
    'io.tscompose.project': this.stage.prefix,
    'com.docker.compose.project': this.stage.prefix,
  });

  readonly network = (more: Partial<NetworkSpec> = {}): NetworkSpec => ({
    name: this.named('net'),
    driver: 'bridge',
    labels: this.labels(),
    ...more,
  });

  readonly pod = (more: Partial<PodSpec> = {}): PodSpec => ({
    name: `pod_${this.named('')}`,
    labels: { 'io.tscompose.project': this.stage.prefix },
    shared_namespaces: ['net'],
    netns: { nsmode: 'bridge' },
    ...more,
  });

  readonly container = (more: Partial<ContainerSpec> = {}): ContainerSpec => ({
    name: this.named('c'),
    image: this.stage.image,
    labels: this.labels(),
    command: ['sleep', '1000'],
    netns: { nsmode: 'none' },
    stop_timeout: 0,
    ...more,
  });

  readonly observe = (images: readonly string[] = [], details = false): Promise<Observed> =>
    this.engine.observe({ project: this.stage.prefix, images, details });

  readonly stateOf = async (name: string): Promise<string | undefined> =>
    (await this.engine.inspectContainer(name))?.state;

  /** What is seen of a container whose end was waited for: Podman says stopped until its own clean-up after the end has run. */
  readonly inspectEnded = async (name: string): ReturnType<Engine['inspectContainer']> => {
    await expect.poll(() => this.stateOf(name)).not.toBe('stopped');
    return this.engine.inspectContainer(name);
  };

  /** A container that was made and started; gives its name. */
  readonly running = async (more: Partial<ContainerSpec> = {}): Promise<string> => {
    const spec = this.container(more);
    await this.engine.createContainer(spec);
    await this.engine.startContainer(spec.name);
    return spec.name;
  };
}

export async function expectCode(call: Promise<unknown>, code: ComposeError['code']): Promise<void> {
  const error = await call.then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).code, (error as ComposeError).message).toBe(code);
}
