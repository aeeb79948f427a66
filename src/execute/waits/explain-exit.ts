import type { Diagnostic } from '../../base/diagnostic.ts';
import { type ComposeError, fail } from '../../base/errors.ts';
import type { ContainerInspect, Engine, HealthRun } from '../../podman/types.ts';
import { clashOf } from './address-in-use.ts';
import { lastOutput, runsSince, timingOf, triesText } from './health-schedule.ts';
import type { Wait } from './wait.ts';

const shownLogLines = 10;

/**
 * The error for a container that ended: its exit code, its last log lines, and when it died because another member of its pod
 * holds the port, which one.
 */
export async function exitError(wait: Wait, details: ContainerInspect): Promise<ComposeError> {
  const { engine, signal } = wait.context;
  const explained = await explainExit(engine, details, signal);
  return fail('E_DEPENDENCY', explained.message, { ...explained });
}

/** What there is to say of a container that ended by itself; `message` like `service "migrate" exited 3`. */
export async function explainExit(
  engine: Engine,
  details: ContainerInspect,
  signal?: AbortSignal,
): Promise<Pick<Diagnostic, 'message' | 'details' | 'hint'>> {
  const lines = await lastLogLines(engine, details.name, signal);
  const clash = await clashOf(engine, details, lines, signal);
  const why = clash?.message ?? reasonOf(details);
  const message = `${titleOf(details)} exited ${details.exitCode}${why === '' ? '' : `: ${why}`}`;
  return {
    message,
    ...(lines.length > 0 ? { details: lines } : {}),
    ...(clash ? { hint: clash.hint } : {}),
  };
}

function reasonOf(details: ContainerInspect): string {
  if (details.oomKilled) return 'out of memory';
  return details.error;
}

/** The error for checks that failed as often as they may. */
export async function unhealthyError(
  wait: Wait,
  details: ContainerInspect,
  checks: { runs: readonly HealthRun[]; retries: number },
): Promise<ComposeError> {
  const last = lastOutput(checks.runs);
  const said = last === '' ? '' : `, last: ${last}`;
  return fail(
    'E_UNHEALTHY',
    `${titleOf(details)} is unhealthy after ${checks.retries} tries${said}`,
    await withDetails(wait, details),
  );
}

/** The error for a deadline that passed. */
export async function timeoutError(wait: Wait, details: ContainerInspect): Promise<ComposeError> {
  const seconds = Math.round((wait.action.timeoutMs ?? 0) / 1000);
  const { condition } = wait.action;
  const wanted =
    condition === 'completed'
      ? 'did not complete'
      : condition === 'running'
        ? 'did not run'
        : 'was not healthy';
  const tries = triesText(
    details.health,
    runsSince(details.health, details.startedAt),
    timingOf(details).retries,
  );
  return fail(
    'E_UNHEALTHY',
    `${titleOf(details)} ${wanted} within ${seconds}s${tries}`,
    await withDetails(wait, details),
  );
}

async function withDetails(wait: Wait, details: ContainerInspect): Promise<{ details?: readonly string[] }> {
  const lines = await lastLogLines(wait.context.engine, details.name, wait.context.signal);
  return lines.length > 0 ? { details: lines } : {};
}

/** `service "db"`, with the container where the service has several. */
export function titleOf(details: ContainerInspect): string {
  const service = details.labels['com.docker.compose.service'];
  if (service === undefined) return `container "${details.name}"`;
  const number = Number(details.labels['com.docker.compose.container-number'] ?? '1');
  return number > 1 ? `service "${service}" (${details.name})` : `service "${service}"`;
}

/** The last lines of a container's log; none when its log driver keeps none. */
export async function lastLogLines(engine: Engine, name: string, signal?: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  try {
    const log = engine.logs(
      name,
      { follow: false, tail: shownLogLines, timestamps: false },
      signal ? { signal } : {},
    );
    for await (const line of log) lines.push(line.text);
  } catch {
    // Drivers like `none` and `passthrough` refuse; the error at hand is worth more than this one.
    return [];
  }
  return lines.slice(-shownLogLines);
}
