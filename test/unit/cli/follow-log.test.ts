import { expect, it } from 'vitest';
import { followLog } from '../../../src/cli/follow-log.ts';
import type { CallOptions, Engine, LogLine, LogOptions } from '../../../src/podman/types.ts';

/** Answers nothing while it follows, as Podman does of a container that has written nothing; what is asked for afterwards is there. */
function silentEngine(afterwards: readonly LogLine[]): Engine {
  return {
    async *logs(_name: string, { follow }: LogOptions, { signal }: CallOptions = {}) {
      if (follow)
        await new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('The operation was aborted')), {
            once: true,
          });
        });
      yield* afterwards;
    },
  } as Partial<Engine> as Engine;
}

async function linesOf(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts;
}

const log: LogOptions = { follow: true, timestamps: false };

it('a stream that has not begun to answer ends with its container, and what is left is read', async () => {
  const ended = new AbortController();
  const engine = silentEngine([{ stream: 'stdout', text: 'last words' } as LogLine]);
  const lines = linesOf(followLog(engine, 'a', log, new AbortController().signal, ended.signal));
  ended.abort();
  expect(await lines).toEqual(['last words']);
});

it('a stream that is broken off is at its end', async () => {
  const stop = new AbortController();
  const lines = linesOf(followLog(silentEngine([]), 'a', log, stop.signal));
  stop.abort();
  expect(await lines).toEqual([]);
});
