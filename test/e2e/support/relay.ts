/** A socket that passes everything on to the engine, and counts who asked. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  /** How many connections there were. */
  asked = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  readonly #engine: string;

  private constructor(server: Server, engine: string) {
    this.#server = server;
    this.#engine = engine;
  }

  /** @param path - of the new socket. @param engine - the engine's own */
  static async open(path: string, engine: string): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server, engine);
    server.on('connection', (client) => relay.#pass(client));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return relay;
  }

  #pass(client: Socket): void {
    this.asked++;
    const engine = connect(this.#engine);
    for (const socket of [client, engine]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.pipe(engine).pipe(client);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
