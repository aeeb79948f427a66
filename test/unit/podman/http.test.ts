import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ComposeError } from '../../../src/base/errors.ts';
import { HttpClient } from '../../../src/podman/http.ts';

type Reply = (response: http.ServerResponse) => void;

let folder: string;
let server: http.Server;
let replies: Reply[];
let asked: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-http-'));
  replies = [];
  asked = 0;
  server = http.createServer((request, response) => {
    asked += 1;
    request.resume();
    const reply = replies.shift() ?? answer(200, '{}');
    reply(response);
  });
  server.listen(join(folder, 's'));
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const answer =
  (status: number, text: string): Reply =>
  (response) => {
    response.writeHead(status);
    response.end(text);
  };
const refuse = (message: string): Reply => answer(500, JSON.stringify({ message }));
const drop: Reply = (response) => void response.socket?.destroy();

function client(options: ConstructorParameters<typeof HttpClient>[1] = {}): HttpClient {
  return new HttpClient({ socketPath: join(folder, 's') }, options);
}

async function errorOf(call: Promise<unknown>): Promise<ComposeError> {
  const error: unknown = await call.then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ComposeError);
  return error as ComposeError;
}

describe('a call', () => {
  it('for a list is made again when something in it has just been removed; for one object it is not', async () => {
    const gone = refuse('no volume with name a found in database: no such volume');
    replies = [gone, answer(200, '[]')];
    expect((await client().call('GET', '/volumes/json')).text).toBe('[]');
    replies = [gone];
    expect((await errorOf(client().call('GET', '/volumes/a/json'))).message).toBe(
      'podman: GET /volumes/a/json: no volume with name a found in database: no such volume',
    );
    expect(asked).toBe(3);
  });

  it('is made again when the engine says that something is locked for a moment, three times at most', async () => {
    replies = [refuse('database is locked'), refuse('database is locked'), answer(200, '{"a":1}')];
    expect(await client().json('POST', '/x')).toEqual({ a: 1 });
    replies = Array.from({ length: 9 }, () => refuse('database is locked'));
    asked = 0;
    expect((await errorOf(client().call('POST', '/x'))).code).toBe('E_ENGINE');
    expect(asked).toBe(3);
  });

  it('that is refused is not made again', async () => {
    replies = [refuse('no such driver')];
    const error = await errorOf(client().call('POST', '/networks/create'));
    expect(error.message).toBe('podman: POST /networks/create: no such driver');
    expect(asked).toBe(1);
  });

  it('whose connection is lost is made again once the engine is back', async () => {
    replies = [drop, answer(200, '{"a":1}')];
    let revived = 0;
    const revive = (): Promise<boolean> => {
      revived += 1;
      return Promise.resolve(true);
    };
    expect(await client({ revive }).json('POST', '/x', { body: {} })).toEqual({ a: 1 });
    expect([asked, revived]).toEqual([2, 1]);
  });

  it('fails with code 4 when the engine stays away, and at once when nobody can bring it back', async () => {
    for (const options of [{}, { revive: () => Promise.resolve(false) }]) {
      replies = [drop];
      asked = 0;
      const error = await errorOf(client(options).call('POST', '/x'));
      expect([error.code, error.exitCode, asked]).toEqual(['E_ENGINE_UNREACHABLE', 4, 1]);
    }
  });

  it('is not made again when its body was a stream', async () => {
    replies = [drop];
    const raw = (async function* () {
      yield await Promise.resolve(new Uint8Array([1]));
    })();
    const revive = (): Promise<boolean> => Promise.resolve(true);
    expect((await errorOf(client({ revive }).call('POST', '/x', { raw }))).code).toBe('E_ENGINE_UNREACHABLE');
    expect(asked).toBe(1);
  });

  it('has a deadline', async () => {
    replies = [() => undefined];
    const error = await errorOf(client({ deadlineMs: 50 }).call('GET', '/containers/json'));
    expect(error.message).toBe('GET /containers/json: no answer within 0.05 s');
    expect(error.exitCode).toBe(1);
    expect(error.diagnostics[0]?.hint).toContain('COMPOSE_HTTP_TIMEOUT');
  });

  it('is ended by its signal', async () => {
    replies = [() => undefined];
    const stop = new AbortController();
    const call = client().call('GET', '/x', { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});
