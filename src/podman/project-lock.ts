/**
 * One command at a time works on a project. The lock is a listening socket in the runtime directory: it dies with its
 * process, and whoever waits can ask it who holds it. Nothing is ever left to remove by hand.
 */

import { linkSync, lstatSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import { fail } from '../base/errors.ts';
import { mixed } from '../base/mixed.ts';
import { takeGuard } from './process-guard.ts';
import { sweep } from './sweep.ts';

export interface LockRequest {
  /** Private directory (see `runtime-dir.ts`). */
  readonly folder: string;
  /** The engine's address: two engines are two worlds. */
  readonly engine: string;
  readonly project: string;
  /** What to tell who waits, e.g. "up". */
  readonly command: string;
  /** Milliseconds to wait for it; 0: do not wait. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Told who holds it, when waiting starts and each second after. */
  readonly onWait?: (holder: string, waitedMs: number) => void;
}

export interface ProjectLock {
  release(): Promise<void>;
}

/** A holder that ends while it is asked says nothing. */
const nameless = 'another command';
const namelessAfterMs = 5_000;

/** @throws {ComposeError} `E_LOCKED` when it cannot be had in time */
export async function lockProject(request: LockRequest): Promise<ProjectLock> {
  const subject = `${request.engine}\0${request.project}`;
  const path = join(request.folder, `lock-${`${mixed(subject, 1)}${mixed(subject, 2)}`.slice(0, 20)}.sock`);
  sweep(request.folder);
  const started = performance.now();
  let told = -1;
  for (;;) {
    const server = await tryListen(path, request);
    if (server) return held(server, path);
    const waited = performance.now() - started;
    const holder = await askHolder(path);
    if (waited >= request.timeoutMs) {
      throw fail('E_LOCKED', `${holder ?? nameless} works on project "${request.project}"`, {
        hint: 'wait for it, or give it more time with --lock-timeout',
      });
    }
    const second = Math.floor(waited / 1000);
    // Nobody, or somebody without a name: it has just been let go, unless that lasts.
    const isSettled = holder !== undefined && (holder !== nameless || waited >= namelessAfterMs);
    if (isSettled && second !== told) {
      request.onWait?.(holder, waited);
      told = second;
    }
    await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 40));
    request.signal?.throwIfAborted();
  }
}

/**
 * Listens on a name of our own first and links it to the lock's name: the link fails when the name is there, so two
 * processes never both have it. A dead socket answers nobody and is moved away by exactly one of those who see it.
 */
async function tryListen(path: string, request: LockRequest): Promise<Server | undefined> {
  const own = `${path}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  const server = createServer((socket) =>
    socket.end(`${request.command} (pid ${process.pid})`).on('error', () => undefined),
  );
  server.unref();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(own, resolve));
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      linkSync(own, path);
      unlinkSync(own);
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if ((await askHolder(path)) !== undefined) break;
      await moveAway(path, own);
    }
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(own, { force: true });
  return undefined;
}

/**
 * Removes a dead socket. One process at a time may: who comes second could otherwise remove the living one that the first has just
 * put there. A name in Linux's abstract namespace is the guard, as it goes with its process; elsewhere renaming makes the gap small.
 */
async function moveAway(path: string, own: string): Promise<void> {
  if (platform() !== 'linux') return unlinkDead(path, own);
  const release = await takeGuard(`sweep ${path}`);
  if (!release) return;
  try {
    const asked = lookAt(path);
    // Nobody answers also when it has just been let go: then the next living one may stand there, and is another file.
    if ((await askHolder(path)) === undefined && asked !== undefined && lookAt(path) === asked)
      rmSync(path, { force: true });
  } finally {
    await release();
  }
}

/** @returns another text for another file; undefined: there is none */
function lookAt(path: string): string | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.ctimeNs}`;
}

async function unlinkDead(path: string, own: string): Promise<void> {
  const aside = `${own}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  try {
    if ((await askHolder(aside)) !== undefined) linkSync(aside, path);
  } catch {
    // Another living one is there.
  }
  rmSync(aside, { force: true });
}

/** What the holder says of itself; undefined: nobody listens. */
function askHolder(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.setEncoding('utf8').setTimeout(1000, () => {
      socket.destroy();
      resolve(said || nameless);
    });
    socket.on('data', (chunk: string) => {
      said += chunk;
    });
    socket.on('end', () => resolve(said || nameless));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? undefined : nameless),
    );
  });
}

/** The name goes with the process, also when that is ended by a second signal. */
function held(server: Server, path: string): ProjectLock {
  const remove = (): void => rmSync(path, { force: true });
  process.once('exit', remove);
  return {
    release: async () => {
      process.off('exit', remove);
      remove();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
