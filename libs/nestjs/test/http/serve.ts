import { once } from 'node:events';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { silentLogger } from '@romancy/core';
import { ROMANCY_LOGGER, RomancyModule, type RomancyHttpOptions } from '@romancy/nestjs';
import { withFakes } from '../boot.js';
import type { FakeEngine } from '../fake-engine.js';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface Served {
  readonly app: INestApplication;
  readonly engine: FakeEngine;
  post(path: string, headers: Readonly<Record<string, string | string[]>>, body?: string | Uint8Array): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

interface Options {
  readonly http?: RomancyHttpOptions | false;
  readonly metadata?: ModuleMetadata;
  readonly configure?: (app: INestApplication) => void;
}

/** An application that listens, on the fake engine. */
export async function serve(platform: Platform, { http, metadata = {}, configure }: Options = {}): Promise<Served> {
  const engines: FakeEngine[] = [];
  const imports = [RomancyModule.forRoot({ database: 'x.db', http }), ...(metadata.imports ?? [])];
  const builder = withFakes(Test.createTestingModule({ ...metadata, imports }), engines);
  const module = await builder.overrideProvider(ROMANCY_LOGGER).useValue(silentLogger).compile();
  const app =
    platform === 'fastify' ? module.createNestApplication(new FastifyAdapter()) : module.createNestApplication();
  configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    app,
    engine: engines[0]!,
    post: (path, headers, body) => post(port, path, headers, body),
    close: () => app.close(),
  };
}

/** As raw as a request can be: nothing is added to the headers. */
async function post(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Answer> {
  const sent = request({ port, path, method: 'POST', headers, agent: false }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const isJson = response.headers['content-type']?.includes('json') ?? false;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: answer,
    body: isJson ? (JSON.parse(answer) as unknown) : undefined,
  };
}
