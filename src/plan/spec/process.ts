/** What runs in the container, as whom, with which variables, and how its health, end and logs are handled. */
import { own } from '../../base/own.ts';
import { parseBytes, parseDuration } from '../../base/units.ts';
import type { Healthcheck } from '../../compose/types.ts';
import type { ContainerSpec, SpecLog } from '../../podman/spec.ts';
import type { HealthConfig } from '../../podman/types.ts';
import { refuse, type SpecContext, warn } from './context.ts';
import { signalNumber } from './signals.ts';

export function processSpec(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  return {
    ...commandSpec(context),
    env: Object.fromEntries(
      Object.entries(service.environment ?? {}).flatMap(([key, value]) =>
        value === null ? [] : [[key, value]],
      ),
    ),
    ...(service.user ? { user: service.user } : {}),
    groups: (service.group_add ?? []).map(String),
    ...(service.working_dir ? { work_dir: service.working_dir } : {}),
    create_working_dir: true,
    ...initSpec(context),
    ...(service.tty ? { terminal: true } : {}),
    ...(service.stdin_open ? { stdin: true } : {}),
    httpproxy: true,
    ...restartSpec(context),
    ...stopSpec(context),
    ...healthSpec(context),
    ...logSpec(context),
  };
}

/** Podman puts an init process into a PID namespace of the container's own only. */
function initSpec(context: SpecContext): Partial<ContainerSpec> {
  const { init, pid } = context.service;
  if (init === undefined) return {};
  if (!init || pid === undefined || pid === 'private') return { init };
  warn(context, ['init'], `init has no effect with pid: ${pid}`, 'leave one of the two out');
  return {};
}

/** An entrypoint of its own drops the image's command, as Docker does; an empty one clears the image's. */
function commandSpec({ service, image }: SpecContext): Partial<ContainerSpec> {
  const { entrypoint, command } = service;
  const spec: { entrypoint?: readonly string[]; command?: readonly string[] } = {};
  if (entrypoint !== null && entrypoint.length > 0) spec.entrypoint = entrypoint;
  // Podman keeps the image's command beside an empty entrypoint, so the cleared form names what runs.
  if (entrypoint !== null && entrypoint.length === 0)
    spec.entrypoint = command && command.length > 0 ? [''] : [];
  if (command && command.length > 0) spec.command = command;
  else if (entrypoint === null && command === null && image && image.command.length > 0) return spec;
  return spec;
}

const restartNames = new Set(['no', 'always', 'on-failure', 'unless-stopped']);

function restartSpec(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  if (service.restart === undefined && service.deploy?.restart_policy) return deployedRestart(context);
  const [policy = 'no', tries] = (service.restart ?? 'no').split(':');
  if (restartNames.has(policy)) return withTries(policy, tries === undefined ? undefined : Number(tries));
  refuse(
    context,
    ['restart'],
    `restart "${policy}" is not a policy`,
    'use no, always, on-failure[:N] or unless-stopped',
  );
  return {};
}

const deployedPolicies: Readonly<Record<string, string>> = {
  none: 'no',
  'on-failure': 'on-failure',
  any: 'always',
};

function deployedRestart(context: SpecContext): Partial<ContainerSpec> {
  const deployed = context.service.deploy?.restart_policy;
  if (deployed?.delay || deployed?.window) {
    warn(
      context,
      ['deploy', 'restart_policy'],
      'Podman restarts at once: delay and window have no effect',
      'leave them out',
    );
  }
  const policy = own(deployedPolicies, deployed?.condition ?? 'any') ?? 'always';
  return withTries(policy, policy === 'on-failure' ? deployed?.max_attempts : undefined);
}

function withTries(policy: string, tries: number | undefined): Partial<ContainerSpec> {
  return { restart_policy: policy, ...(tries === undefined ? {} : { restart_tries: tries }) };
}

function stopSpec(context: SpecContext): Partial<ContainerSpec> {
  const { service } = context;
  const signal = service.stop_signal === undefined ? undefined : signalNumber(service.stop_signal);
  if (service.stop_signal !== undefined && signal === undefined)
    refuse(
      context,
      ['stop_signal'],
      `there is no signal "${service.stop_signal}"`,
      'write for example SIGTERM, SIGQUIT or 15',
    );
  return {
    ...(signal === undefined ? {} : { stop_signal: signal }),
    ...(service.stop_grace_period ? { stop_timeout: graceSeconds(service.stop_grace_period) } : {}),
  };
}

/** Whole seconds, rounded up. */
export function graceSeconds(text: string | undefined): number {
  const value = text === undefined ? 10_000_000_000n : parseDuration(text);
  return typeof value === 'bigint' ? Math.ceil(Number(value) / 1e9) : 10;
}

function nanoseconds(text: string | undefined, fallback: number): number {
  const value = text === undefined ? undefined : parseDuration(text);
  return typeof value === 'bigint' ? Number(value) : fallback;
}

const second = 1_000_000_000;

/** Zeros are not defaults for Podman's API: interval, timeout and retries are always sent. */
function healthSpec(context: SpecContext): Partial<ContainerSpec> {
  const written = context.service.healthcheck;
  const inherited = context.image?.healthcheck;
  if (written?.disable || written?.test?.[0] === 'NONE') return { healthconfig: { Test: ['NONE'] } };
  if (!written && !inherited) return {};
  if (written && !written.test && !inherited) return {};
  const config = healthConfig(written ?? {}, inherited);
  if (written?.start_interval && context.capabilities.has.healthTimers) {
    warn(
      context,
      ['healthcheck', 'start_interval'],
      'systemd runs the checks at the interval only; tscompose itself checks at start_interval while it waits',
      'leave it out, or make interval short',
    );
  }
  return { healthconfig: config };
}

export function healthConfig(written: Healthcheck, inherited: HealthConfig | undefined): HealthConfig {
  const test = written.test ?? inherited?.Test;
  const startInterval = nanoseconds(written.start_interval, inherited?.StartInterval ?? 0);
  return {
    ...(test ? { Test: test } : {}),
    Interval: nanoseconds(written.interval, inherited?.Interval || 30 * second),
    Timeout: nanoseconds(written.timeout, inherited?.Timeout || 30 * second),
    StartPeriod: nanoseconds(written.start_period, inherited?.StartPeriod ?? 0),
    ...(startInterval > 0 ? { StartInterval: startInterval } : {}),
    Retries: written.retries ?? (inherited?.Retries || 3),
  };
}

const logDrivers: Readonly<Record<string, string>> = {
  'json-file': 'k8s-file',
  'k8s-file': 'k8s-file',
  local: 'k8s-file',
  journald: 'journald',
  none: 'none',
  passthrough: 'passthrough',
};

function logSpec(context: SpecContext): Partial<ContainerSpec> {
  const { logging } = context.service;
  if (!logging?.driver && !logging?.options) return {};
  const written = logging.driver;
  const driver = written === undefined ? undefined : own(logDrivers, written);
  if (written !== undefined && driver === undefined) {
    const hint = 'json-file, k8s-file, journald, none and passthrough exist';
    warn(
      context,
      ['logging', 'driver'],
      `Podman has no log driver "${written}": the engine's own is used`,
      hint,
    );
    return {};
  }
  return { log_configuration: { ...(driver ? { driver } : {}), ...logOptions(context, driver) } };
}

function logOptions(context: SpecContext, driver: string | undefined): SpecLog {
  const options = context.service.logging?.options ?? {};
  for (const key of Object.keys(options)) {
    if (!['max-size', 'path', 'tag'].includes(key))
      warn(
        context,
        ['logging', 'options', key],
        `the log option ${key} has no effect`,
        'max-size, path and tag exist',
      );
  }
  const size = options['max-size'] === undefined ? undefined : parseBytes(options['max-size']);
  const tag = options['tag'];
  if (tag !== undefined && driver !== 'journald')
    warn(
      context,
      ['logging', 'options', 'tag'],
      'the log option tag works with journald only',
      'write driver: journald, or leave tag out',
    );
  return {
    ...(size === undefined || size < 0 ? {} : { size }),
    ...(options['path'] ? { path: options['path'] } : {}),
    ...(tag !== undefined && driver === 'journald' ? { options: { tag } } : {}),
  };
}
