import { readSync } from 'node:fs';
import { fail } from '../base/errors.ts';
import { pause } from '../base/pause.ts';
import { decodeText, maxFileBytes, ReadProblem } from '../compose/reader.ts';

const chunkBytes = 64 * 1024;

/**
 * All of standard input, for `-f -`.
 *
 * @throws {ComposeError} `E_FILE_UNREADABLE` when there is too much of it, or it is not text; what nobody will use is not read
 */
export function readStandardInput(): string {
  try {
    return decodeText('standard input', Buffer.concat(chunks()));
  } catch (error) {
    if (error instanceof ReadProblem)
      throw fail('E_FILE_UNREADABLE', `standard input cannot be read: it is ${error.reason}`);
    throw error;
  }
}

function chunks(): Buffer[] {
  const all: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const read = readChunk(chunk);
    if (read === 0) return all;
    all.push(chunk.subarray(0, read));
    size += read;
    if (size > maxFileBytes) throw new ReadProblem('standard input', 'larger than 20 MiB');
  }
}

/** A terminal or pipe that does not block says EAGAIN when it has nothing yet. */
function readChunk(into: Buffer): number {
  for (;;) {
    try {
      return readSync(0, into, 0, into.length, null);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw fail('E_FILE_UNREADABLE', `standard input cannot be read: ${message}`);
      pause(10);
    }
  }
}
