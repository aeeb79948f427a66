import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';

/** Why a port cannot be had. `no-address`: the host address is not this machine's. */
export type BindFailure = 'taken' | 'forbidden' | 'no-address';

/**
 * Binds a port and lets it go again.
 *
 * @param at.host - an IPv4 or IPv6 address; empty: all addresses, as the engine binds them (IPv4)
 * @returns undefined when the port is free, or cannot be tried (a protocol that Node does not speak, no IPv6 here)
 */
export async function tryBind(at: {
  host: string;
  port: number;
  protocol: string;
}): Promise<BindFailure | undefined> {
  const host = at.host === '' ? '0.0.0.0' : at.host.replace(/^\[(.*)\]$/, '$1');
  try {
    if (at.protocol === 'udp') await bindUdp(host, at.port);
    else if (at.protocol === 'tcp') await bindTcp(host, at.port);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

async function bindTcp(host: string, port: number): Promise<void> {
  const server = createServer();
  // `exclusive` keeps a cluster's primary out of it; `ipv6Only` leaves the IPv4 half to an entry of its own.
  server.listen({ host, port, exclusive: true, ipv6Only: isIPv6(host) });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function bindUdp(host: string, port: number): Promise<void> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only: isIPv6(host) });
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, 'listening');
  } finally {
    socket.close();
  }
}

function failureOf(error: unknown): BindFailure | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return 'taken';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'EADDRNOTAVAIL':
      return 'no-address';
    case 'EAFNOSUPPORT':
      return undefined;
    default:
      throw error;
  }
}
