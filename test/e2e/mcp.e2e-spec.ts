import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { OrdersApp } from '../support/orders-app.js';
import { freshDatabase } from '../support/test-databases.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Shop {
  readonly transport: Transport;
  close(): Promise<void>;
}

async function overHttp(): Promise<Shop> {
  const app = await OrdersApp.start('sqlite');
  const { port } = app.nest.getHttpServer().address() as AddressInfo;
  const transport = new StreamableHTTPClientTransport(new URL(`http://localhost:${port}/mcp`));
  return { transport, close: app.close };
}

/** As a client starts it, but from the sources. What the program prints beside the protocol would end the conversation. */
async function overStdio(): Promise<Shop> {
  const database = await freshDatabase('sqlite');
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', '@swc-node/register/esm-register', 'src/main.mcp.ts'],
    cwd: ROOT,
    env: { ...(process.env as Record<string, string>), NODE_OPTIONS: '', DATABASE_URL: database.url },
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return {
    transport,
    close: async () => {
      expect(log).toContain('Romancy has started.');
      await database.drop();
    },
  };
}

describe.each([
  ['HTTP', overHttp],
  ['stdio', overStdio],
])('the shop over %s', (_, open) => {
  let shop: Shop;
  const client = new Client({ name: 'spec', version: '1.0.0' });

  beforeAll(async () => {
    shop = await open();
    await client.connect(shop.transport, { timeout: 120_000 });
  }, 180_000);

  afterAll(async () => {
    await client.close();
    await shop.close();
  });

  it('places an order and waits for its outcome', async () => {
    const order = { orderId: 'mcp', sku: 'widget', quantity: 2, amount: 9.5, email: 'ada@shop.example' };
    const start = await client.callTool({
      name: 'order_workflow_start',
      arguments: { ...order, idempotency_key: 'mcp' },
    });
    const { instance_id } = start.structuredContent as { instance_id: string };
    const args = { instance_id, wait_seconds: 30 };
    const result = await client.callTool({ name: 'order_workflow_result', arguments: args });
    expect(result.structuredContent).toMatchObject({
      outcome: 'completed',
      stage: 'confirmed',
      result: { orderId: 'mcp', chargeId: expect.any(String) },
    });
    const uri = `romancy://order_workflow/${instance_id}/history`;
    const { contents } = await client.readResource({ uri });
    const { events } = JSON.parse((contents[0] as { text: string }).text) as { events: { step: string }[] };
    expect(events.map(({ step }) => step)).toEqual(['reserve:1', 'charge:1', 'ship:1', 'confirm:1', 'publish:1']);
  });

  it('describes the fields of an order and refuses a wrong one', async () => {
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'order_workflow_start')!.inputSchema).toMatchObject({
      properties: { quantity: { type: 'integer', minimum: 1, description: 'How many pieces' } },
      required: expect.arrayContaining(['orderId', 'sku', 'quantity', 'amount', 'email']),
    });
    const wrong = await client.callTool({ name: 'order_workflow_start', arguments: { orderId: 'x', quantity: 0 } });
    expect(wrong.isError).toBe(true);
    expect(JSON.stringify(wrong.content)).toMatch(/quantity must not be less than 1.*Nothing was started/);
  });

  it('has a tool, a prompt and a resource of its own', async () => {
    const stock = await client.callTool({ name: 'stock_available', arguments: { sku: 'rare' } });
    expect(stock.structuredContent).toEqual({ sku: 'rare', available: 3 });
    const { contents } = await client.readResource({ uri: 'stock://all' });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ gadget: 50, rare: 3 });
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['explain_order']);
  });
});
