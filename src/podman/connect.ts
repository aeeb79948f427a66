/**
 * Finds the engine: `--url`, CONTAINER_HOST, DOCKER_HOST, a named or default connection, the user's socket,
 * else a service of our own, started on demand on a private socket and ended by itself when idle.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';
import { mixed } from '../base/mixed.ts';
import { capabilitiesOf, type EngineInfo, isTooOld, readInfo } from './capabilities.ts';
import { findProgram } from './find-program.ts';
import { hardLimits } from './hard-limits.ts';
import { HttpClient, type HttpTarget, noServerName } from './http.ts';
import { LibpodEngine } from './libpod-engine.ts';
import { revive } from './revive.ts';
import { runtimeDir } from './runtime-dir.ts';
import { connectionFiles, namedConnection } from './system-connection.ts';
import type { ConnectRequest, Engine } from './types.ts';

interface Address {
  readonly url: string;
  readonly target: HttpTarget;
  readonly remote: boolean;
  /** Where it came from, for messages. */
  readonly source: string;
  /** Of a service that ends when it is idle: how often it must hear from us. */
  readonly keepAwakeMs?: number;
  /** Starts a service of our own again that has ended; gives the version of what answers then. */
  readonly restart?: () => Promise<string | undefined>;
}

/** @throws {ComposeError} `E_ENGINE_UNREACHABLE` with what was tried, `E_ENGINE_TOO_OLD` */
export async function connect(request: ConnectRequest): Promise<Engine> {
  const named = await explicitAddress(request);
  if (named) {
    const version = await ping(named.target);
    if (version === undefined) throw unreachable(named);
    return open(named, version, request);
  }
  for (const path of userSockets(request)) {
    const address: Address = {
      url: `unix://${path}`,
      target: { socketPath: path },
      remote: false,
      source: "the user's socket",
    };
    const version = await ping(address.target);
    if (version !== undefined) return open(address, version, request);
  }
  const { idleSeconds, startService } = await import('./on-demand-service.ts');
  const start = () => startService(request, (socketPath) => ping({ socketPath }));
  const { path, version } = await start();
  const address: Address = {
    url: `unix://${path}`,
    target: { socketPath: path },
    remote: false,
    source: 'a service started on demand',
    keepAwakeMs: (idleSeconds * 1000) / 3,
    restart: async () => (await start()).version,
  };
  return open(address, version, request);
}

/** Files that decide, besides the environment, which engine it is and what it is like. */
export function decidingFiles(environment: ConnectRequest['environment']): readonly string[] {
  const program = findProgram('podman', environment['PATH']);
  return [...Object.values(connectionFiles(environment)), ...(program === undefined ? [] : [program])];
}

async function explicitAddress(request: ConnectRequest): Promise<Address | undefined> {
  const { environment } = request;
  const written: [string | undefined, string][] = [
    [request.url, '--url'],
    [environment['CONTAINER_HOST'], 'CONTAINER_HOST'],
    [environment['DOCKER_HOST'], 'DOCKER_HOST'],
  ];
  for (const [url, source] of written) {
    if (!url) continue;
    // A wrapper sets DOCKER_HOST to the default socket whether or not anything listens there.
    if (source === 'DOCKER_HOST' && userSockets(request).some((path) => url === `unix://${path}`)) continue;
    return parseAddress(url, source, request);
  }
  const connection = namedConnection(environment);
  return connection ? parseAddress(connection.url, connection.source, request) : undefined;
}

async function parseAddress(url: string, source: string, request: ConnectRequest): Promise<Address> {
  if (url.startsWith('unix://')) {
    const socketPath = url.slice('unix://'.length).replace(/^\/\//, '/');
    return { url, target: { socketPath }, remote: false, source };
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw fail('E_USAGE', `${source}: "${url}" is not an engine address`, {
      hint: 'use unix:///path, tcp://host:port or ssh://user@host/path',
    });
  }
  if (parsed.protocol === 'tcp:' || parsed.protocol === 'http:') {
    return {
      url,
      target: { host: parsed.hostname, port: Number(parsed.port || 2375) },
      remote: true,
      source,
    };
  }
  if (parsed.protocol === 'ssh:') {
    const { forwardSocket } = await import('./ssh-tunnel.ts');
    return { url, target: { socketPath: await forwardSocket(parsed, request) }, remote: true, source };
  }
  throw fail('E_USAGE', `${source}: engine addresses cannot start with ${parsed.protocol}`, {
    hint: 'use unix://, tcp:// or ssh://',
  });
}

function userSockets(request: ConnectRequest): string[] {
  const runtime = request.environment['XDG_RUNTIME_DIR'] ?? `/run/user/${request.uid}`;
  return request.uid === 0 ? ['/run/podman/podman.sock'] : [`${runtime}/podman/podman.sock`];
}

/** The engine's version from the headers of `_ping`, which every engine answers without work; undefined: nobody there. */
async function ping(target: HttpTarget): Promise<string | undefined> {
  const http = await import('node:http');
  return new Promise((resolve) => {
    const request = http.get({ ...target, ...noServerName, path: '/_ping', timeout: 10_000 }, (response) => {
      response.resume();
      const version = response.headers['libpod-api-version'];
      resolve(typeof version === 'string' ? version : '');
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

function unreachable(address: Address): Error {
  return fail('E_ENGINE_UNREACHABLE', `podman does not answer at ${address.url} (${address.source})`, {
    hint: 'start it with: systemctl --user start podman.socket, or unset the variable to have tscompose start a service itself',
  });
}

async function open(address: Address, version: string, request: ConnectRequest): Promise<Engine> {
  if (version === '') {
    throw fail('E_ENGINE_UNREACHABLE', `what answers at ${address.url} is not Podman`, {
      hint: 'tscompose needs Podman 4.3 or newer',
    });
  }
  if (isTooOld(version))
    throw fail('E_ENGINE_TOO_OLD', `Podman ${version} is too old`, {
      hint: 'tscompose needs Podman 4.3 or newer',
    });
  const deadlineMs = callDeadline(request.environment['COMPOSE_HTTP_TIMEOUT']);
  const client = new HttpClient(address.target, {
    ...(request.onCall ? { onCall: request.onCall } : {}),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    revive: (signal) => revive(() => address.restart?.() ?? ping(address.target), signal),
  });
  if (address.keepAwakeMs !== undefined) client.keepAwake(address.keepAwakeMs);
  const info = await engineInfo(client, address, version, request);
  return new LibpodEngine(client, capabilitiesOf(info, address, hardLimits(request.uid)));
}

/** Seconds, as docker compose read it. @throws {ComposeError} `E_USAGE` */
function callDeadline(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seconds = Number(text);
  if (!(seconds > 0) || seconds > 1e6)
    throw fail('E_USAGE', `COMPOSE_HTTP_TIMEOUT must be a number of seconds (is "${text}")`);
  return seconds * 1000;
}

/** `/info` costs 200 ms on old engines and never changes while one runs: it is kept in the runtime directory. */
async function engineInfo(
  client: HttpClient,
  address: Address,
  version: string,
  request: ConnectRequest,
): Promise<EngineInfo> {
  const file = join(
    runtimeDir(request.environment, request.uid),
    `engine-${mixed(`${address.url} ${version} 6`, 1)}.json`,
  );
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EngineInfo;
  } catch {
    const info = readInfo(await client.json('GET', '/info'));
    try {
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(info), { mode: 0o600 });
      renameSync(`${file}.${process.pid}`, file);
    } catch {
      // Only a cache: the next run asks again.
    }
    return info;
  }
}
