import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HTTP, type CloudEvent } from 'cloudevents';

export type Behaviour = 'take' | 'hang' | 'cut' | number;

/** A receiver of CloudEvents over HTTP that fails as it is told. */
export class Broker {
  /** What came, in its order, and how it was answered. */
  readonly received: {
    readonly event: CloudEvent;
    readonly headers: IncomingMessage['headers'];
    readonly as: Behaviour;
  }[] = [];
  /** Says what becomes of an event. */
  behave: (event: CloudEvent) => Behaviour = () => 'take';
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/`;
  }

  /** Ids of the events that it has taken, every time it did. */
  get taken(): readonly string[] {
    return this.received.filter(({ as }) => as === 'take').map(({ event }) => event.id);
  }

  /** Begins to listen, at the same place as before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Dies: open connections break. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = HTTP.toEvent({ headers: request.headers, body: Buffer.concat(chunks).toString() }) as CloudEvent;
    const as = this.behave(event);
    this.received.push({ event, headers: request.headers, as });
    if (as === 'hang') return;
    if (as === 'cut') request.socket.destroy();
    else response.writeHead(as === 'take' ? 204 : as, as === 429 ? { 'retry-after': '1' } : {}).end();
  }
}
