import { hasHungUp, type HttpExchange } from './http-exchange.js';
import type { Server, StreamableHTTPServerTransport } from '../sdk.js';

/** One client over HTTP, between its initialization and its end. */
export class Session {
  #open = 0;
  #lastUsed = performance.now();

  /** @param owner Who has begun it, as a guard says; nobody else may go on with it. */
  constructor(
    readonly transport: StreamableHTTPServerTransport,
    readonly server: Server,
    readonly owner: string | undefined,
  ) {}

  /** How long nothing has been asked and no stream has been open, in milliseconds. */
  get idleFor(): number {
    return this.#open > 0 ? 0 : performance.now() - this.#lastUsed;
  }

  async handle(exchange: HttpExchange): Promise<void> {
    if (hasHungUp(exchange)) return;
    const { request, response, body } = exchange;
    this.#open += 1;
    response.once('close', () => {
      this.#open -= 1;
      this.#lastUsed = performance.now();
    });
    await this.transport.handleRequest(request, response, body);
  }
}
