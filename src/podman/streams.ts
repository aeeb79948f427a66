/** Logs, events and exec: answers that come over time. */
import type { Readable } from 'node:stream';
import { readFrames, readJsonLines, readLines } from './frames.ts';
import type { HttpClient } from './http.ts';
import type {
  CallOptions,
  EngineEvent,
  ExecRequest,
  ExecResult,
  Filters,
  LogLine,
  LogOptions,
} from './types.ts';

export async function* logs(
  http: HttpClient,
  name: string,
  log: LogOptions,
  options: CallOptions,
): AsyncGenerator<LogLine> {
  const query = {
    stdout: true,
    stderr: true,
    follow: log.follow,
    timestamps: log.timestamps,
    tail: log.tail,
    since: log.since,
    until: log.until,
  };
  const stream = await http.stream('GET', `/containers/${encodeURIComponent(name)}/logs`, {
    ...options,
    query,
  });
  try {
    yield* readLines(readFrames(stream), log.timestamps);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}

export async function attach(
  http: HttpClient,
  name: string,
  options: CallOptions,
): Promise<AsyncIterable<LogLine>> {
  const query = { stream: true, logs: false, stdin: false, stdout: true, stderr: true };
  const path = `/containers/${encodeURIComponent(name)}/attach`;
  const socket = await http.upgrade('POST', path, { ...options, query });
  return linesUntilEnd(socket as unknown as Readable, options.signal);
}

async function* linesUntilEnd(socket: Readable, signal: AbortSignal | undefined): AsyncGenerator<LogLine> {
  const abort = (): void => void socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    yield* readLines(readFrames(socket), false);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    socket.destroy();
  }
}

interface RawEvent {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> | null };
  timeNano?: number;
  time?: number;
}

export async function* events(
  http: HttpClient,
  filters: Filters,
  options: CallOptions & { since?: string; until?: string },
): AsyncGenerator<EngineEvent> {
  const { signal, since, until } = options;
  const query = { stream: until === undefined, filters: JSON.stringify(filters), since, until };
  const stream = await http.stream('GET', '/events', { signal, query });
  try {
    for await (const raw of readJsonLines<RawEvent>(stream)) {
      const attributes = raw.Actor.Attributes ?? {};
      yield {
        type: raw.Type,
        action: raw.Action,
        id: raw.Actor.ID,
        name: attributes['name'] ?? '',
        timeNano: BigInt(raw.timeNano ?? (raw.time ?? 0) * 1e9),
        attributes,
      };
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}

export async function exec(
  http: HttpClient,
  name: string,
  request: ExecRequest,
  options: CallOptions,
): Promise<ExecResult> {
  const body = {
    Cmd: request.command,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(request.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(request.user ? { User: request.user } : {}),
    ...(request.workingDir ? { WorkingDir: request.workingDir } : {}),
    ...(request.privileged ? { Privileged: true } : {}),
  };
  const created = await http.json<{ Id: string }>('POST', `/containers/${encodeURIComponent(name)}/exec`, {
    ...options,
    body,
  });
  const socket = await http.upgrade('POST', `/exec/${created.Id}/start`, {
    ...options,
    body: { Detach: false, Tty: false },
  });
  const abort = (): void => void socket.destroy();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const chunks: Buffer[] = [];
    for await (const frame of readFrames(socket as unknown as Readable)) chunks.push(Buffer.from(frame.data));
    const state = await http.json<{ ExitCode: number }>('GET', `/exec/${created.Id}/json`, { ...options });
    return { exitCode: state.ExitCode, output: Buffer.concat(chunks).toString('utf8') };
  } finally {
    options.signal?.removeEventListener('abort', abort);
    socket.destroy();
  }
}
