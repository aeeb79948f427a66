import { createServer } from 'node:net';

/**
 * One process at a time: a listening name in Linux's abstract socket namespace. It needs no file, so nothing is left when its process is
 * killed.
 *
 * @returns what gives it back; undefined: another process has it
 */
export function takeGuard(name: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(`\0tscompose ${name}`, () =>
      resolve(() => new Promise<void>((closed) => server.close(() => closed()))),
    );
  });
}
