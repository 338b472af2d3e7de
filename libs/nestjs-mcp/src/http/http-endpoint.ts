import { Injectable, Logger } from '@nestjs/common';
import { OriginCheck } from '@romancy/nestjs';
import { answerError, type HttpExchange } from './http-exchange.js';
import { SessionOpener } from './session-opener.js';
import { SessionStore } from './session-store.js';

const SESSION_HEADER = 'mcp-session-id';
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'POST', 'DELETE']);

/** Answers the requests of the route: leads each to its session, or begins one. */
@Injectable()
export class HttpEndpoint {
  readonly #logger = new Logger('RomancyMcp');

  constructor(
    private readonly origins: OriginCheck,
    private readonly sessions: SessionStore,
    private readonly opener: SessionOpener,
  ) {}

  async handle(exchange: HttpExchange): Promise<void> {
    try {
      await this.#route(exchange);
    } catch (error) {
      this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      if (exchange.response.headersSent) exchange.response.destroy();
      else answerError(exchange, 500, 'The request could not be handled.');
    }
  }

  async #route(exchange: HttpExchange): Promise<void> {
    const { method } = exchange.request;
    const problem = this.origins.problemOf(exchange.request);
    if (problem !== undefined) answerError(exchange, 403, problem);
    else if (!METHODS.has(method)) answerError(exchange, 405, 'Only GET, POST and DELETE are answered here.');
    else if (this.opener.isStateless) await this.opener.answerOnce(exchange);
    else await this.#lead(exchange);
  }

  async #lead(exchange: HttpExchange): Promise<void> {
    const { method, headers, auth } = exchange.request;
    const id = headers[SESSION_HEADER];
    const session = this.sessions.get(String(id));
    if (id === undefined && method === 'POST') await this.opener.open(exchange);
    else if (id === undefined) answerError(exchange, 400, 'The header Mcp-Session-Id is missing.');
    else if (session && session.owner === auth?.clientId) await session.handle(exchange);
    else answerError(exchange, 404, 'There is no such session here. Begin a new one with an initialize request.');
  }
}
