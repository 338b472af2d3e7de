import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EngineHost, RomancyModule, WorkflowClient } from '@romancy/nestjs';
import { RomancyViewerModule, type RomancyViewerExtras, type RomancyViewerOptions } from '@romancy/nestjs-viewer';
import { PROVIDERS } from './shop.js';

export interface ViewerSettings {
  readonly fastify?: boolean;
  readonly prefix?: string;
}

/** For five hundred commits on a disk that takes its time, too. */
const UNTIL = 45_000;

/** An application with the viewer, on a SQLite file and a port of its own. */
export class ViewerApp {
  private constructor(
    readonly nest: INestApplication<Server>,
    /** Of the page. */
    readonly url: string,
    private readonly folder: string,
  ) {}

  static async start(
    options: RomancyViewerOptions & RomancyViewerExtras = {},
    { fastify = false, prefix = '' }: ViewerSettings = {},
  ): Promise<ViewerApp> {
    const folder = mkdtempSync(join(tmpdir(), 'romancy-viewer-'));
    const testing = await Test.createTestingModule({
      imports: [
        RomancyModule.forRoot({ database: join(folder, 'workflow.db'), http: false }),
        RomancyViewerModule.forRoot(options),
      ],
      providers: PROVIDERS,
    })
      .setLogger(false as never)
      .compile();
    const adapter = fastify ? [new FastifyAdapter({ routerOptions: { maxParamLength: 3100 } })] : [];
    const nest = testing.createNestApplication<INestApplication<Server>>(...(adapter as []));
    if (prefix !== '') nest.setGlobalPrefix(prefix);
    await nest.listen(0, '127.0.0.1');
    const { port } = nest.getHttpServer().address() as AddressInfo;
    const path = [prefix, options.path ?? 'romancy'].filter((part) => part !== '').join('/');
    return new ViewerApp(nest, `http://127.0.0.1:${port}/${path}`, folder);
  }

  get client(): WorkflowClient {
    return this.nest.get(WorkflowClient);
  }

  get host(): EngineHost {
    return this.nest.get(EngineHost);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/${path}`, { headers });
  }

  async json<T = Record<string, unknown>>(path: string): Promise<T> {
    const answer = await this.get(path);
    return (await answer.json()) as T;
  }

  async post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-romancy-action': '1', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Waits until an instance has come to a status. */
  async reaches(instanceId: string, status: string): Promise<void> {
    const end = Date.now() + UNTIL;
    for (;;) {
      const found = await this.client.get(instanceId).then(
        (info) => info.status as string,
        () => 'absent',
      );
      if (found === status) return;
      if (Date.now() > end) throw new Error(`${instanceId} is ${found} and not ${status}.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    await this.nest.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
