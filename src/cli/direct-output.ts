/**
 * Output without Node's streams, for what a command says at its end: they load a good deal of Node. Whoever writes for long, or while
 * signals count, takes a stream: writing here waits for the reader.
 */
import { fstatSync, writeSync } from 'node:fs';
import { pause } from '../base/pause.ts';
import type { TextStream } from '../report/types.ts';

/** stdout or stderr. */
export type OutputNumber = 1 | 2;

/** Milliseconds until a pipe that took nothing is tried again. */
const fullMs = 5;

/** The device number of Linux's /dev/null, which is no terminal, has this in its upper part. */
const memoryDevices = 1;

/** Whether it is a terminal; what is no device is none, and Node is not asked. */
export function isTerminal(output: OutputNumber): boolean {
  const stat = fstatSync(output);
  if (!stat.isCharacterDevice() || stat.rdev >>> 8 === memoryDevices) return false;
  return process.getBuiltinModule('node:tty').isatty(output);
}

export function directOutput(output: OutputNumber): TextStream {
  return {
    get isTTY() {
      return isTerminal(output);
    },
    write: (text) => {
      writeNow(output, text);
      return true;
    },
  };
}

/** Returns when all is written; ends the process when it cannot be. */
export function writeNow(output: OutputNumber, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(output, rest));
    } catch (error) {
      const failure = error as NodeJS.ErrnoException;
      // Somebody who shares the pipe has made it one that does not wait.
      if (failure.code === 'EAGAIN') pause(fullMs);
      else onOutputError(output, failure);
    }
  }
}

/** A reader that has gone wants no more. A full disk is told where that can be. */
export function onOutputError(output: OutputNumber, error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  const reason = error.code === 'ENOSPC' ? 'no space left on device' : error.message;
  if (output === 1) writeNow(2, `tscompose: the output cannot be written: ${reason}\n`);
  process.exit(1);
}
