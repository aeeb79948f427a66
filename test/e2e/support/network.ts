/** Asking services through the host's side. */
import dgram from 'node:dgram';
import { createServer } from 'node:net';

/** `count` consecutive TCP ports that nobody listens on now. */
export async function freePorts(count = 1): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const from = 20_000 + Math.floor(Math.random() * 12_000);
    const taken = await Promise.all(Array.from({ length: count }, (_, index) => isTaken(from + index)));
    if (!taken.includes(true)) return from;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, () => server.close(() => resolve(false)));
  });
}

/** The body of a page; throws when it cannot be had within 2 s. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000), headers: { connection: 'close' } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** Sends a datagram; nobody need answer. */
export function sendUdp(port: number, text: string, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    socket.send(text, port, host, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}
