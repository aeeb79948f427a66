/** Has the engine run the command of a container that is made, and hears what it prints. */
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../base/errors.ts';
import { EngineError } from '../engine-error.ts';
import { SegmentFailed } from '../segment-build.ts';
import type { ContainerInspect, Engine } from '../types.ts';

export interface EngineCommand {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  /** Called while the engine makes the command ready. */
  readonly meanwhile: (() => void) | undefined;
}

/** @throws {SegmentFailed} when there is no such program, or no right to run it */
export async function runInEngine(
  id: string,
  { engine, signal, onLine, meanwhile }: EngineCommand,
): Promise<ContainerInspect> {
  const options = { signal };
  const starting = started(id, engine, options);
  if (meanwhile) {
    starting.catch(() => undefined);
    await sent();
    meanwhile();
  }
  const lines = await starting;
  for await (const { text } of lines) onLine(text);
  signal.throwIfAborted();
  return endOf(id, engine, options);
}

/** A connection is made in one turn of the loop and written to in the next. */
async function sent(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function started(
  id: string,
  engine: Engine,
  options: { readonly signal: AbortSignal },
): ReturnType<Engine['attachContainer']> {
  try {
    await engine.initContainer(id, options);
    const lines = await engine.attachContainer(id, options);
    await engine.startContainer(id, options);
    return lines;
  } catch (error) {
    const problem =
      error instanceof EngineError && error.code !== 'E_NO_SPACE' ? startProblem(error.reason) : undefined;
    throw problem ?? error;
  }
}

/** The runtime's words are all that such a command prints: no such program, no right to run it, no such user. */
export function startProblem(reason: string): SegmentFailed | undefined {
  if (!isOfTheCommand(reason)) return undefined;
  return new SegmentFailed(/permission denied/i.test(reason) ? 126 : 127, [reason], true);
}

function isOfTheCommand(reason: string): boolean {
  return /executable file|no such file or directory|permission denied|exec format error|no matching entries in (?:passwd|group) file|unable to find (?:user|group)/i.test(
    reason,
  );
}

/** What was printed has come to its end, so the process has; the engine needs a moment to see it. */
async function endOf(
  id: string,
  engine: Engine,
  options: { readonly signal: AbortSignal },
): Promise<ContainerInspect> {
  for (let tries = 0; ; tries++) {
    const now = await engine.inspectContainer(id, options);
    if (!now) throw gone();
    if (now.state === 'exited' || now.state === 'stopped') return now;
    // Or the connection was lost, and it runs on.
    if (tries < 20) await delay(2 * tries + 1, undefined, options);
    else await engine.waitContainer(id, options);
  }
}

export function gone(): Error {
  return fail('E_BUILD', 'the container of a build step was removed while it ran');
}
