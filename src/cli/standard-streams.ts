import { onOutputError } from './direct-output.ts';

/**
 * The process's own streams, each made when it is first asked for: they are a tenth of a short command's time. When the reader of one has
 * gone, there is nothing left to do (`logs | head`).
 */
export class StandardStreams {
  #stdout: NodeJS.WriteStream | undefined;
  #stderr: NodeJS.WriteStream | undefined;

  get stdin(): NodeJS.ReadStream {
    return process.stdin;
  }

  get stdout(): NodeJS.WriteStream {
    this.#stdout ??= process.stdout.on('error', (error) => onOutputError(1, error));
    return this.#stdout;
  }

  get stderr(): NodeJS.WriteStream {
    this.#stderr ??= process.stderr.on('error', (error) => onOutputError(2, error));
    return this.#stderr;
  }

  /** Resolves when all that was written has been taken. */
  async flushed(): Promise<void> {
    await Promise.all([this.#stdout, this.#stderr].map((stream) => stream && taken(stream)));
  }
}

function taken(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
