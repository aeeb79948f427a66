/**
 * Stands between tscompose and Podman's API and does harm at one chosen call: the process dies before or after it, the call fails,
 * hangs, is slow, or its connection breaks. The product knows nothing of it: it is told the proxy's address as CONTAINER_HOST.
 */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

export type Harm =
  /** SIGKILL before the engine hears of the call. */
  | 'kill before'
  /** SIGKILL when the engine has done it, before tscompose hears of it. */
  | 'kill after'
  /** Status 500 in place of the call. */
  | 'error'
  /** No answer, ever; the engine hears nothing. */
  | 'hang'
  /** The answer comes late. */
  | 'slow'
  /** The connection breaks before the engine hears of the call. */
  | 'drop before'
  /** The connection breaks when the engine has done it. */
  | 'drop after';

export interface Fault {
  /** Which changing call, from 1. */
  readonly at: number;
  readonly harm: Harm;
  /** Ends the process under test and all its children. */
  readonly kill?: () => void;
}

const slowMs = 1_000;

export class FaultProxy {
  readonly #server: http.Server;
  readonly #target: string;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #sockets = new Set<Duplex>();
  readonly path: string;
  /** The changing calls since the last `arm`, as "POST /containers/x/start". */
  readonly calls: string[] = [];
  #fault: Fault | undefined;
  #count = 0;

  private constructor(path: string, target: string) {
    this.path = path;
    this.#target = target;
    this.#server = http.createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (request, socket, head) => this.#tunnel(request, socket, head));
  }

  /** @param target - the socket of the real engine */
  static async listen(path: string, target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(path, target);
    proxy.#server.listen(path);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `unix://${this.path}`;
  }

  /** Counts from 1 again; without a fault calls only pass. */
  arm(fault?: Fault): void {
    this.#fault = fault;
    this.#count = 0;
    this.calls.length = 0;
  }

  /** Ends all connections, as an engine does that is stopped; `listen` again with `resume`. */
  async interrupt(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async resume(): Promise<void> {
    this.#server.listen(this.path);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.interrupt();
    this.#agent.destroy();
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fault = this.#faultOf(request);
    if (fault && !(await this.#before(fault, response))) return;
    const answer = await this.#forward(request, Buffer.concat(chunks));
    if (fault && !(await this.#after(fault, answer, response))) return;
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    // Streams (logs, events) go through as they come; the client may leave at any time.
    response.flushHeaders();
    response.on('close', () => answer.destroy());
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  }

  #faultOf(request: http.IncomingMessage): Fault | undefined {
    const call = changingCall(request);
    if (call === undefined) return undefined;
    this.calls.push(call);
    this.#count += 1;
    return this.#fault?.at === this.#count ? this.#fault : undefined;
  }

  /** @returns false: the call goes no further */
  async #before(fault: Fault, response: http.ServerResponse): Promise<boolean> {
    switch (fault.harm) {
      case 'kill before':
        fault.kill?.();
        return false;
      case 'error':
        response.writeHead(500, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ cause: 'injected', message: 'injected failure', response: 500 }));
        return false;
      case 'hang':
        return false;
      case 'drop before':
        response.socket?.destroy();
        return false;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, slowMs));
        return true;
      default:
        return true;
    }
  }

  async #after(fault: Fault, answer: http.IncomingMessage, response: http.ServerResponse): Promise<boolean> {
    if (fault.harm !== 'kill after' && fault.harm !== 'drop after') return true;
    answer.resume();
    await once(answer, 'end');
    if (fault.harm === 'kill after') fault.kill?.();
    else response.socket?.destroy();
    return false;
  }

  #forward(request: http.IncomingMessage, body: Buffer): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const {
        host: _host,
        connection: _connection,
        'transfer-encoding': _chunked,
        ...headers
      } = request.headers;
      const onward = http.request(
        {
          socketPath: this.#target,
          agent: this.#agent,
          method: request.method,
          path: request.url,
          headers: { ...headers, 'content-length': body.length },
        },
        resolve,
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }

  /** Attach and exec: the raw connection, passed on byte by byte. */
  #tunnel(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const call = changingCall(request);
    if (call !== undefined) this.calls.push(call);
    const onward = net.connect(this.#target);
    this.#keep(onward);
    const headers = request.rawHeaders.flatMap((text, index) =>
      index % 2 === 0 ? [`${text}: ${request.rawHeaders[index + 1]}`] : [],
    );
    onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  }
}

/** Calls that change nothing are not counted: looking, waiting, and the checks of health. */
function changingCall(request: http.IncomingMessage): string | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const path = (request.url ?? '').replace(/\?.*$/, '').replace(/^\/v[0-9.]+\/libpod/, '');
  if (path.endsWith('/wait')) return undefined;
  return `${request.method} ${path}`;
}
