import type { Engine, LogLine, LogOptions } from '../podman/types.ts';

/**
 * Follows a container's output to its end. Podman may end the stream before the last lines that a container wrote while it stopped, so
 * what came after the last line seen is asked for once more.
 *
 * @param ended - says that the container has ended, for streams that do not notice
 */
export async function* followLog(
  engine: Engine,
  name: string,
  log: LogOptions,
  signal: AbortSignal,
  ended: AbortSignal = signal,
): AsyncGenerator<LogLine> {
  let last: bigint | undefined;
  const either = AbortSignal.any([signal, ended]);
  const following = engine.logs(name, { ...log, timestamps: true }, { signal: either });
  for await (const line of untilAborted(following, either)) {
    last = nanoseconds(line.time) ?? last;
    yield shown(line, log);
  }
  if (!log.follow || signal.aborted) return;
  const since = last === undefined ? log.since : seconds(last);
  const rest: LogOptions = {
    follow: false,
    timestamps: true,
    ...(since === undefined ? {} : { since }),
    ...(log.until === undefined ? {} : { until: log.until }),
    ...(last === undefined && log.tail !== undefined ? { tail: log.tail } : {}),
  };
  for await (const line of engine.logs(name, rest, { signal })) {
    const time = nanoseconds(line.time);
    if (last === undefined || time === undefined || time > last) yield shown(line, log);
  }
}

/** Of a container that wrote nothing the engine has not even begun to answer: then the request fails. */
async function* untilAborted(lines: AsyncIterable<LogLine>, signal: AbortSignal): AsyncGenerator<LogLine> {
  try {
    yield* lines;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function shown(line: LogLine, log: LogOptions): LogLine {
  if (log.timestamps || line.time === undefined) return line;
  const { time: _time, ...rest } = line;
  return rest;
}

/** RFC 3339 with up to nine digits of fraction, without its trailing zeros. */
function nanoseconds(time: string | undefined): bigint | undefined {
  if (time === undefined) return undefined;
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  const whole = Date.parse(time.replace(/\.\d+/, ''));
  return Number.isNaN(whole) ? undefined : BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function seconds(value: bigint): string {
  return (Number(value / 1_000_000n) / 1000).toFixed(3);
}
