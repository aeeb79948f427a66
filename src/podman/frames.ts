/** The engine's multiplexed streams: 8-byte frames `[1|2, 0, 0, 0, length]`, and newline-delimited JSON. */
import type { Readable } from 'node:stream';
import type { LogLine } from './types.ts';

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** Splits a framed stream. */
export async function* readFrames(source: Readable): AsyncGenerator<Frame> {
  let buffered: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    buffered = buffered.length === 0 ? (chunk as Buffer) : Buffer.concat([buffered, chunk as Buffer]);
    while (buffered.length >= 8) {
      const length = buffered.readUInt32BE(4);
      if (buffered.length < 8 + length) break;
      yield { stream: buffered[0] === 2 ? 'stderr' : 'stdout', data: buffered.subarray(8, 8 + length) };
      buffered = buffered.subarray(8 + length);
    }
  }
}

/** Longest line that is kept whole; a longer one is cut into pieces. */
const maxLineBytes = 1024 * 1024;

/** Frames -> lines, each stream on its own. */
export async function* readLines(frames: AsyncIterable<Frame>, timestamps: boolean): AsyncGenerator<LogLine> {
  const rest: Record<'stdout' | 'stderr', Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const { stream, data } of frames) {
    let pending = rest[stream].length === 0 ? data : Buffer.concat([rest[stream], data]);
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
      yield line(stream, pending.subarray(0, end), timestamps);
      pending = pending.subarray(end + 1);
    }
    while (pending.length > maxLineBytes) {
      yield { ...line(stream, pending.subarray(0, maxLineBytes), timestamps), partial: true };
      pending = pending.subarray(maxLineBytes);
    }
    rest[stream] = Buffer.from(pending);
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (rest[stream].length > 0) yield { ...line(stream, rest[stream], timestamps), partial: true };
  }
}

function line(stream: 'stdout' | 'stderr', bytes: Buffer, timestamps: boolean): LogLine {
  const text = bytes.toString('utf8').replace(/\r$/, '');
  if (!timestamps) return { stream, text };
  const space = text.indexOf(' ');
  return space < 0
    ? { stream, time: text, text: '' }
    : { stream, time: text.slice(0, space), text: text.slice(space + 1) };
}

/** A stream of JSON values, one per line. */
export async function* readJsonLines<T>(source: Readable): AsyncGenerator<T> {
  let rest = '';
  source.setEncoding('utf8');
  for await (const chunk of source) {
    rest += chunk as string;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text.trim() !== '') yield JSON.parse(text) as T;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as T;
}
