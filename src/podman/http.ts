/** HTTP over the engine's socket: one keep-alive agent, JSON in and out, streams, upgrades; every failure a ComposeError. */
import http from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { ComposeError, fail } from '../base/errors.ts';
import { engineError, isTransient } from './engine-error.ts';
import type { EngineCall } from './types.ts';

export interface ClientOptions {
  /** Told about every call. */
  readonly onCall?: (call: EngineCall) => void;
  /** Milliseconds until an answer's end, where a call has no limit of its own. Default 60 000. */
  readonly deadlineMs?: number;
  /** Brings a lost engine back, or waits until it is; false: it stays away. */
  readonly revive?: (signal?: AbortSignal) => Promise<boolean>;
}

export interface HttpTarget {
  /** A unix socket, else host and port. */
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: Uint8Array | AsyncIterable<Uint8Array> | string;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer's end; 0: none. Default 60 000. */
  readonly deadlineMs?: number;
  /** Statuses that are answers, not errors. */
  readonly accept?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** libpod answers any version prefix; with this one a 5.x engine keeps the shapes of 4.x. */
const prefix = '/v4.0.0/libpod';
const defaultDeadlineMs = 60_000;
const retries = 3;

/**
 * TLS is not spoken here. Without this Node would look for the server's name in the address, and compile the regular expression of an
 * IPv6 address to do so: 10 ms of a short command.
 */
export const noServerName = { servername: '' };

export class HttpClient {
  readonly #target: HttpTarget;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  readonly #options: ClientOptions;
  #awake: NodeJS.Timeout | undefined;

  constructor(target: HttpTarget, options: ClientOptions = {}) {
    this.#target = target;
    this.#options = options;
  }

  /**
   * Asks the engine for a sign of life every so often until `close`: a service that ends by itself when idle must not end while a long
   * build, which it knows nothing of, keeps us from calling it.
   */
  keepAwake(everyMs: number): void {
    this.#awake = setInterval(() => {
      // Whether it answers shows at the next real call.
      this.call('GET', '/_ping').catch(() => undefined);
    }, everyMs).unref();
  }

  close(): void {
    clearInterval(this.#awake);
    this.#agent.destroy();
  }

  /**
   * Sends a request and reads the whole answer; transient engine errors are tried again, and so is a call whose connection was lost,
   * once the engine is back. What the engine had done by then it does not do twice: see `Engine`.
   */
  async call(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#answer(method, path, options, attempt);
      if (answer === undefined) continue;
      const ok = answer.status < 400 || options.accept?.includes(answer.status);
      if (ok) return answer;
      if (attempt < retries && isTransient(method, path, answer.text)) {
        await new Promise((resolve) => setTimeout(resolve, 50 * attempt + Math.random() * 50));
        continue;
      }
      throw engineError(method, path, answer.status, answer.text);
    }
  }

  /** Undefined: the connection was lost, the engine is back, and the call may be made again. */
  async #answer(
    method: string,
    path: string,
    options: RequestOptions,
    attempt: number,
  ): Promise<Answer | undefined> {
    try {
      return await this.#once(method, path, options);
    } catch (error) {
      const isRepeatable = attempt < retries && !isStream(options.raw);
      if (!(error instanceof LostConnection) || !isRepeatable) throw error;
      if (!(await this.#options.revive?.(options.signal))) throw error;
      return undefined;
    }
  }

  /** The answer as JSON. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.call(method, path, options);
    try {
      return JSON.parse(answer.text) as T;
    } catch (cause) {
      throw new ComposeError(
        fail('E_ENGINE', `${method} ${path}: the engine's answer is not JSON`).diagnostics,
        { cause },
      );
    }
  }

  async #once(method: string, path: string, options: RequestOptions): Promise<Answer> {
    const deadline = options.deadlineMs ?? this.#options.deadlineMs ?? defaultDeadlineMs;
    const timeout = deadline > 0 ? AbortSignal.timeout(deadline) : undefined;
    const signals = [options.signal, timeout].filter((signal) => signal !== undefined);
    const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    try {
      const response = await this.#send(method, path, { ...options, signal });
      return { status: response.statusCode ?? 0, text: await readAll(response) };
    } catch (error) {
      if (timeout?.aborted && !options.signal?.aborted) {
        throw fail('E_ENGINE', `${method} ${path}: no answer within ${deadline / 1000} s`, {
          hint: 'podman may hang on a lock or a slow disk; COMPOSE_HTTP_TIMEOUT=SECONDS gives it more time',
        });
      }
      throw asComposeError(error, method, path);
    }
  }

  /** Sends a request and gives the answer's body as it comes. */
  async stream(method: string, path: string, options: RequestOptions = {}): Promise<Readable> {
    try {
      const response = await this.#send(method, path, options);
      const status = response.statusCode ?? 0;
      if (status < 400 || options.accept?.includes(status)) return response;
      throw engineError(method, path, status, await readAll(response));
    } catch (error) {
      throw asComposeError(error, method, path);
    }
  }

  /** Asks for the raw connection (attach, exec). */
  upgrade(method: string, path: string, options: RequestOptions = {}): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const request = http.request({
        ...this.#request(method, path, options),
        headers: { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Type': 'application/json' },
      });
      request.on('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      request.on('response', (response) => {
        readAll(response).then(
          (text) => reject(engineError(method, path, response.statusCode ?? 0, text)),
          reject,
        );
      });
      request.on('error', (error) => reject(asComposeError(error, method, path)));
      request.end(options.body === undefined ? undefined : encode(options.body));
    });
  }

  #request(method: string, path: string, options: RequestOptions): http.RequestOptions {
    const full = path.startsWith('/_') ? path : `${prefix}${path}`;
    return {
      ...this.#target,
      ...noServerName,
      method,
      path: `${full}${queryText(options.query)}`,
      ...(options.signal ? { signal: options.signal } : {}),
    };
  }

  #send(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { onCall } = this.#options;
      const started = onCall ? performance.now() : 0;
      const body = options.body === undefined ? options.raw : encode(options.body);
      const headers: Record<string, string | number> = {};
      if (body !== undefined) headers['Content-Type'] = options.contentType ?? 'application/json';
      if (typeof body === 'string') headers['Content-Length'] = Buffer.byteLength(body);
      else if (body instanceof Uint8Array) headers['Content-Length'] = body.length;
      const request = http.request(
        { ...this.#request(method, path, options), agent: this.#agent, headers },
        (response) => {
          onCall?.({
            method,
            path: request.path,
            status: response.statusCode ?? 0,
            ms: performance.now() - started,
          });
          resolve(response);
        },
      );
      request.on('error', reject);
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) request.end(body);
      else pump(body, request).catch(reject);
    });
  }
}

function isStream(raw: RequestOptions['raw']): boolean {
  return raw !== undefined && typeof raw !== 'string' && !(raw instanceof Uint8Array);
}

async function pump(body: AsyncIterable<Uint8Array>, request: http.ClientRequest): Promise<void> {
  for await (const chunk of body) {
    if (!request.write(chunk)) await new Promise((resolve) => request.once('drain', resolve));
  }
  request.end();
}

async function readAll(response: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function queryText(query: RequestOptions['query']): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) params.append(key, String(item));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Numbers that JavaScript cannot hold exactly: "no limit" is the largest unsigned 64-bit integer for old engines. */
const unlimited = '18446744073709551615';

function encode(body: unknown): string {
  const text = JSON.stringify(body);
  return text.includes('"soft":-1') || text.includes('"hard":-1')
    ? text.replaceAll(/"(soft|hard)":-1(?=[,}])/g, `"$1":${unlimited}`)
    : text;
}

function asComposeError(error: unknown, method: string, path: string): unknown {
  if (error instanceof ComposeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ABORT_ERR' || (error as Error).name === 'AbortError') return error;
  if (lostCodes.has(code ?? '')) return new LostConnection(`${method} ${path}: ${code}`, error);
  const message = error instanceof Error ? error.message : String(error);
  return new ComposeError(fail('E_ENGINE', `${method} ${path}: ${message}`).diagnostics, { cause: error });
}

/** Nobody listens, or the other side went away: before the call or in the middle of it. */
const lostCodes = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

class LostConnection extends ComposeError {
  override readonly name: string = 'LostConnection';

  constructor(what: string, cause: unknown) {
    super(
      fail('E_ENGINE_UNREACHABLE', `podman does not answer any more (${what})`, {
        hint: 'run the command again once podman answers: it goes on where it was interrupted',
      }).diagnostics,
      { cause },
    );
  }
}
