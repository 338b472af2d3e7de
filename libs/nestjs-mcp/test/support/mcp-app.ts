import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Client, type ClientOptions } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ROMANCY_STORAGE_FACTORY, RomancyModule } from '@romancy/nestjs';
import { RomancyMcpModule, type RomancyMcpExtras, type RomancyMcpOptions } from '@romancy/nestjs-mcp';
import { MemoryStorage } from '@romancy/testing';

export type McpOptions = Partial<RomancyMcpOptions> & RomancyMcpExtras;

export interface AppSettings {
  readonly fastify?: boolean;
  readonly bodyParser?: boolean;
  /** What is done to the application before it listens. */
  readonly prepare?: (app: INestApplication) => void;
}

/** What a tool has answered, as the specs look at it. */
export interface Answer {
  readonly isError: boolean;
  readonly structured: Record<string, unknown>;
  readonly texts: readonly string[];
}

/** An application with the module, on a memory storage and a port of its own, and clients of the SDK that talk to it. */
export class McpApp {
  readonly #clients: Client[] = [];

  private constructor(
    readonly nest: INestApplication<Server>,
    readonly url: string,
  ) {}

  static async start(metadata: ModuleMetadata, options: McpOptions = {}, settings: AppSettings = {}): Promise<McpApp> {
    const { fastify = false, bodyParser = true, prepare } = settings;
    const testing = await Test.createTestingModule({
      ...metadata,
      imports: [
        RomancyModule.forRoot({ database: 'unused' }),
        RomancyMcpModule.forRoot({ name: 'shop', version: '1.2.3', ...options }),
        ...(metadata.imports ?? []),
      ],
    })
      .setLogger(false as never)
      .overrideProvider(ROMANCY_STORAGE_FACTORY)
      .useValue(() => new MemoryStorage())
      .compile();
    const adapter = fastify ? [new FastifyAdapter()] : [];
    const nest = testing.createNestApplication<INestApplication<Server>>(...(adapter as []), { bodyParser });
    prepare?.(nest);
    await nest.listen(0, '127.0.0.1');
    const { port } = nest.getHttpServer().address() as AddressInfo;
    return new McpApp(nest, `http://127.0.0.1:${port}/mcp`);
  }

  async client(
    options: ClientOptions = {},
    { url = this.url, ...transport }: { url?: string; requestInit?: RequestInit } = {},
  ): Promise<Client> {
    const client = new Client({ name: 'spec', version: '1.0.0' }, options);
    await client.connect(new StreamableHTTPClientTransport(new URL(url), transport));
    this.#clients.push(client);
    return client;
  }

  /** A request as no client of the SDK would send it. */
  async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#clients.map(async (client) => client.close()));
    await this.nest.close();
  }
}

export async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Answer> {
  const result = (await client.callTool({ name, arguments: args })) as CallToolResult;
  return {
    isError: result.isError === true,
    structured: result.structuredContent ?? {},
    texts: result.content.map((block) => (block.type === 'text' ? block.text : block.type)),
  };
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'spec', version: '1.0.0' } },
} as const;
