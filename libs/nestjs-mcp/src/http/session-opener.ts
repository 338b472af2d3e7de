import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { toMilliseconds } from '@romancy/core';
import type { McpSessionOptions, RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import { StreamableHTTPServerTransport } from '../sdk.js';
import { McpServerFactory } from '../server/server-factory.js';
import { Subscriptions } from '../server/subscriptions.js';
import { answerError, hasHungUp, type HttpExchange } from './http-exchange.js';
import { MemoryEventStore } from './memory-event-store.js';
import { Session } from './session.js';
import { SessionStore } from './session-store.js';

/** Connects new clients. */
@Injectable()
export class SessionOpener {
  readonly #options: McpSessionOptions;

  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) { sessions = {} }: RomancyMcpOptions,
    private readonly servers: McpServerFactory,
    private readonly store: SessionStore,
    private readonly subscriptions: Subscriptions,
  ) {
    this.#options = sessions;
  }

  get isStateless(): boolean {
    return this.#options.stateless === true;
  }

  /** A request without a session: the transport accepts only one that begins one, and answers every other with its mistake. */
  async open(exchange: HttpExchange): Promise<void> {
    if (hasHungUp(exchange)) return;
    if (!this.store.hasRoom) {
      answerError(exchange, 429, 'There are too many sessions. Try again later.');
      return;
    }
    const { eventStore = () => new MemoryEventStore(), retryInterval = '1s', jsonResponses = false } = this.#options;
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      // Only now is it known that the request begins a session, and another may give way to it.
      onsessioninitialized: async (id) => this.store.add(id, session),
      enableJsonResponse: jsonResponses,
      retryInterval: toMilliseconds(retryInterval),
      ...(eventStore === false ? {} : { eventStore: eventStore() }),
    });
    const server = await this.servers.connect(transport, { pushes: true });
    const session = new Session(transport, server, exchange.request.auth?.clientId);
    server.onclose = () => {
      this.subscriptions.removeAll(server);
      if (transport.sessionId !== undefined) this.store.remove(transport.sessionId);
    };
    await session.handle(exchange);
    if (transport.sessionId === undefined) await server.close();
  }

  /** A request that stands for itself. */
  async answerOnce(exchange: HttpExchange): Promise<void> {
    if (exchange.request.method !== 'POST') {
      answerError(exchange, 405, 'Without sessions, only POST is answered here.');
      return;
    }
    const { jsonResponses = false } = this.#options;
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: jsonResponses });
    const server = await this.servers.connect(transport, { pushes: false });
    if (hasHungUp(exchange)) {
      await server.close();
      return;
    }
    exchange.response.once('close', () => void server.close());
    await transport.handleRequest(exchange.request, exchange.response, exchange.body);
  }
}
