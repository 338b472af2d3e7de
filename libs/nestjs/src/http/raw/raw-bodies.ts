import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import type { Class } from '../../interfaces/metadata.interface.js';
import { isKept, keepRawRequest } from './raw-requests.js';
import { RouteMatcher, type OwnRoute } from './route-matcher.js';

export const RAW_ROUTES = Symbol('ROMANCY_RAW_ROUTES');

/** What {@link RAW_ROUTES} provides. */
export interface RawRoutes {
  /** Of the controllers. */
  readonly module: Class;
  readonly routes: readonly OwnRoute[];
}

/** Under this media type Fastify finds our parser, which leaves alone what was read already. */
const READ_ALREADY = 'application/x-romancy-read';

/**
 * Reads the bodies of the module's own routes, and of no others, before the body parsers of the application see them: those would refuse media
 * types they do not know, answer malformed JSON in their own way, and turn bytes into text.
 */
@Injectable()
export class RawBodies {
  constructor(
    @Inject(RAW_ROUTES) private readonly raw: RawRoutes,
    private readonly matcher: RouteMatcher,
    adapterHost: HttpAdapterHost,
  ) {
    if (raw.routes.length === 0) return;
    // The adapter is there before the application's parsers are: at once, or as soon as a test makes the application.
    const install = (): void => {
      this.#install(adapterHost.httpAdapter as AbstractHttpAdapter | null | undefined);
    };
    if (adapterHost.httpAdapter as unknown) install();
    else adapterHost.init$.subscribe(install);
  }

  /** An application without HTTP has no adapter. */
  #install(adapter: AbstractHttpAdapter | null | undefined): void {
    if (!adapter) return;
    if (adapter.getType() === 'fastify') this.#intoFastify(adapter.getInstance<FastifyLike>());
    else adapter.use((request: IncomingMessage, _: unknown, next: Next) => void this.#read(request, next));
  }

  #intoFastify(fastify: FastifyLike): void {
    fastify.addContentTypeParser(READ_ALREADY, (_request: unknown, _payload: unknown, done: Next) => {
      done(null);
    });
    fastify.addHook('onRequest', ({ raw }: { readonly raw: IncomingMessage }, _reply: unknown, done: Next) => {
      void this.#read(raw, () => {
        // The controller gets the headers as they came.
        if (isKept(raw)) raw.headers['content-type'] = READ_ALREADY;
        done();
      });
    });
  }

  async #read(request: IncomingMessage, next: Next): Promise<void> {
    const route =
      request.method === 'POST' ? this.matcher.match(this.raw.routes, this.raw.module, request.url ?? '/') : undefined;
    if (!route || request.readableEnded) {
      next();
      return;
    }
    try {
      await keepRawRequest(request, route.limit);
    } catch {
      // The client has gone; nobody waits for an answer.
      request.destroy();
      return;
    }
    next();
  }
}

type Next = (error?: unknown) => void;

interface FastifyLike {
  addContentTypeParser(type: string, parser: (request: unknown, payload: unknown, done: Next) => void): unknown;
  addHook(
    name: 'onRequest',
    hook: (request: { readonly raw: IncomingMessage }, reply: unknown, done: Next) => void,
  ): unknown;
}
