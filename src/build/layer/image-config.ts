/** An image's configuration in Docker's form, and what each instruction makes of it. */
import type { Command, Healthcheck, StageInstruction } from '../../containerfile/types.ts';
import { cleanPath } from '../context/tree.ts';

/** The `config` part of an image configuration, as far as instructions reach; all else is kept as it was. */
export interface ImageConfig {
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, object>> | null;
  readonly Volumes?: Readonly<Record<string, object>> | null;
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Healthcheck?: ImageHealthcheck | null;
  readonly Shell?: readonly string[] | null;
  readonly OnBuild?: readonly string[] | null;
}

/** Nanoseconds. */
export interface ImageHealthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** A stage's configuration on the way. */
export interface ConfigState {
  readonly config: ImageConfig;
  readonly author: string;
  /** CMD was given in this stage: a later ENTRYPOINT leaves it. */
  readonly hasOwnCmd: boolean;
}

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What an image from nothing starts with. */
export const scratchConfig: ImageConfig = { Env: [defaultPath] };

/** An image without a PATH gets one with the first instruction. */
export function withPath(state: ConfigState): ConfigState {
  const env = state.config.Env ?? [];
  if (env.some((entry) => entry.startsWith('PATH='))) return state;
  return { ...state, config: { ...state.config, Env: [...env, defaultPath] } };
}

/** The variables of a configuration by name: `A=1` is A, `A` is A and empty. */
export function variablesOf({ Env }: ImageConfig): Map<string, string> {
  return new Map(
    (Env ?? []).map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** @param instruction - expanded; those that change files or variables of the build only leave the configuration alone */
export function applyInstruction(state: ConfigState, instruction: StageInstruction): ConfigState {
  const { config } = state;
  const set = (change: ImageConfig): ConfigState => ({ ...state, config: { ...config, ...change } });
  switch (instruction.kind) {
    case 'env':
      return set({ Env: instruction.pairs.reduce(withVariable, config.Env ?? []) });
    case 'label':
      return set({ Labels: { ...config.Labels, ...pairs(instruction.pairs) } });
    case 'cmd':
      return { ...set({ Cmd: commandOf(instruction.command, defaultShell) }), hasOwnCmd: true };
    case 'entrypoint':
      return set({
        Entrypoint: entrypointOf(instruction.command),
        ...(state.hasOwnCmd ? {} : { Cmd: null }),
      });
    case 'expose':
      return set({
        ExposedPorts: { ...config.ExposedPorts, ...keys(instruction.ports.map(({ text }) => portOf(text))) },
      });
    case 'volume':
      return set({ Volumes: { ...config.Volumes, ...keys(instruction.paths.map(({ text }) => text)) } });
    case 'user':
      return set({ User: instruction.user.text });
    case 'workdir':
      return set({ WorkingDir: workdirOf(config, instruction.path.text) });
    case 'stopsignal':
      return set({ StopSignal: instruction.signal.text });
    case 'shell':
      return set({ Shell: instruction.args.map(({ text }) => text) });
    case 'healthcheck':
      return set({
        Healthcheck: instruction.check === 'none' ? { Test: ['NONE'] } : healthcheckOf(instruction.check),
      });
    case 'onbuild':
      return set({ OnBuild: [...(config.OnBuild ?? []), instruction.triggerText] });
    case 'maintainer':
      return { ...state, author: instruction.author.text };
    case 'arg':
    case 'run':
    case 'copy':
    case 'add':
      return state;
  }
}

function withVariable(
  env: readonly string[],
  { name, value }: { readonly name: { readonly text: string }; readonly value: { readonly text: string } },
): readonly string[] {
  const entry = `${name.text}=${value.text}`;
  const index = env.findIndex((text) => text.startsWith(`${name.text}=`));
  return index < 0 ? [...env, entry] : env.with(index, entry);
}

function pairs(
  list: readonly { readonly name: { readonly text: string }; readonly value: { readonly text: string } }[],
): Record<string, string> {
  return Object.fromEntries(list.map(({ name, value }) => [name.text, value.text]));
}

function keys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

const defaultShell: readonly string[] = ['/bin/sh', '-c'];

/** A command as the image keeps it: the shell form with the shell in front. */
export function commandOf(command: Command, shell: readonly string[] | null | undefined): readonly string[] {
  if (command.form === 'exec') return command.args.map(({ text }) => text);
  return [...(shell && shell.length > 0 ? shell : defaultShell), command.text];
}

/** The engine's builder knows one shell for CMD and ENTRYPOINT, whatever SHELL says; nothing takes the entry point away. */
function entrypointOf(command: Command): readonly string[] | null {
  return command.form === 'shell' && command.text === '' ? null : commandOf(command, defaultShell);
}

/** `80` -> `80/tcp`. All else stays as it is written: so the engine's builder has it. */
function portOf(text: string): string {
  return text.includes('/') ? text : `${text}/tcp`;
}

/** An absolute path, as it was written; a relative one goes on from the one before. */
export function workdirOf(config: ImageConfig, path: string): string {
  return path.startsWith('/') ? path : `/${cleanPath(`${config.WorkingDir ?? ''}/${path}`)}`;
}

function healthcheckOf(check: Healthcheck): ImageHealthcheck {
  const { command } = check;
  const test =
    command.form === 'exec' ? ['CMD', ...command.args.map(({ text }) => text)] : ['CMD-SHELL', command.text];
  return {
    Test: test,
    ...(check.intervalNs === undefined ? {} : { Interval: check.intervalNs }),
    ...(check.timeoutNs === undefined ? {} : { Timeout: check.timeoutNs }),
    ...(check.startPeriodNs === undefined ? {} : { StartPeriod: check.startPeriodNs }),
    ...(check.startIntervalNs === undefined ? {} : { StartInterval: check.startIntervalNs }),
    ...(check.retries === undefined ? {} : { Retries: check.retries }),
  };
}

export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly empty_layer?: boolean;
}

/** A whole image configuration: what the image's id is the digest of. */
export interface ImageDocument {
  readonly created?: string;
  readonly author?: string;
  readonly architecture: string;
  readonly os: string;
  readonly config?: ImageConfig | null;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history?: readonly HistoryEntry[] | null;
}

export interface NextDocument {
  /** Undefined: from nothing. */
  readonly parent: ImageDocument | undefined;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly config: ImageConfig;
  readonly author: string;
  /** RFC 3339. */
  readonly created: string;
  /** One for each instruction; `digest` of the layer that it makes. */
  readonly steps: readonly { readonly createdBy: string; readonly layers: readonly string[] }[];
}

/** The configuration of a child image as JSON text. */
export function nextDocument(next: NextDocument): string {
  const { parent, created } = next;
  const { container, container_config, ...kept } = (parent ?? {}) as Record<string, unknown>;
  const history = next.steps.flatMap(({ createdBy, layers }): HistoryEntry[] =>
    layers.length === 0
      ? [{ created, created_by: createdBy, empty_layer: true }]
      : layers.map(() => ({ created, created_by: createdBy })),
  );
  const diffIds = next.steps.flatMap(({ layers }) => layers.map((digest) => `sha256:${digest}`));
  return JSON.stringify({
    ...kept,
    created,
    architecture: parent?.architecture ?? next.platform.architecture,
    os: parent?.os ?? next.platform.os,
    ...(next.author === '' ? {} : { author: next.author }),
    config: next.config,
    rootfs: { type: 'layers', diff_ids: [...(parent?.rootfs.diff_ids ?? []), ...diffIds] },
    history: [...(parent?.history ?? []), ...history],
  });
}
