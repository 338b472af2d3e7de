import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ShopCall {
  readonly path: string;
  readonly key: string;
}

/** What the tools of an agent call. */
export class ShopServer {
  readonly calls: ShopCall[] = [];
  /** Answers false to leave a call without an answer. */
  answers: (call: ShopCall) => boolean = () => true;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then(() => {
        const call = { path: request.url ?? '', key: String(request.headers['idempotency-key']) };
        this.calls.push(call);
        if (this.answers(call)) response.end('done');
      });
    });
  }

  static async start(): Promise<ShopServer> {
    const server = new ShopServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
