import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Injectable } from '@nestjs/common';
import { WorkflowClient } from '@romancy/nestjs';
import { McpPrompt, McpResource, McpResources, McpTool, type McpContext } from '@romancy/nestjs-mcp';
import { IsInt, IsString } from 'class-validator';
import { z } from 'zod';
import { eventually } from '../../../../test/support/eventually.js';
import { McpApp, call } from '../support/mcp-app.js';
import { OrderWorkflow, SHOP } from '../support/shop.js';

class Range {
  @IsString()
  sku!: string;

  @IsInt()
  from!: number;
}

@Injectable()
class Warehouse {
  readonly left = new Map([
    ['widget', 5],
    ['gadget', 2],
  ]);

  constructor(
    private readonly resources: McpResources,
    private readonly workflows: WorkflowClient,
  ) {}

  @McpTool({
    name: 'left_of',
    description: 'How many are left.',
    input: z.object({ sku: z.string() }),
    output: z.object({ left: z.bigint() }),
    annotations: { readOnlyHint: true },
  })
  async leftOf({ sku }: { sku: string }): Promise<{ left: bigint }> {
    const left = this.left.get(sku);
    if (left === undefined) throw new Error(`There is no article ${sku}.`);
    return { left: BigInt(left) };
  }

  @McpTool({ description: 'Takes a class as input.', input: Range })
  async range({ sku, from }: Range, ctx: McpContext): Promise<unknown> {
    await ctx.log('info', `from ${from}`, 'warehouse');
    await ctx.log('warning', { sku });
    return { sku, from, user: ctx.auth?.clientId ?? null, hasHost: typeof ctx.headers['host'] === 'string' };
  }

  @McpTool({
    name: 'take',
    description: 'Takes one.',
    inputSchema: { type: 'object', properties: { sku: { const: 'widget' } }, required: ['sku'] },
  })
  async takeOne(): Promise<void> {
    this.left.set('widget', 4);
    await this.resources.changed('stock://items/widget');
  }

  @McpTool({ description: 'Asks back.' })
  async ask(_: unknown, ctx: McpContext): Promise<string> {
    const { content } = await ctx.sample({
      messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }],
      maxTokens: 5,
    });
    const answer = await ctx.elicit({
      message: 'Who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    });
    return JSON.stringify([content, answer.content]);
  }

  @McpPrompt({
    description: 'Explains an order.',
    arguments: z.object({ id: z.string().describe('Order'), tone: z.enum(['kind', 'kurz', 'stern']).optional() }),
    complete: { id: 'orders' },
  })
  async explain({ id, tone = 'kind' }: { id: string; tone?: string }): Promise<string> {
    return `Order ${id} is ${(await this.workflows.get(id)).status}. Be ${tone}.`;
  }

  async orders(part: string): Promise<string[]> {
    return ['order-1', 'order-2', 'parcel'].filter((id) => id.includes(part));
  }

  @McpResource({ uri: 'stock://all', description: 'All articles.' })
  all(): object {
    return Object.fromEntries(this.left);
  }

  @McpResource({ uri: 'stock://items/{sku}', description: 'One article.', complete: { sku: 'orders' } })
  async item({ sku }: Readonly<Record<string, string>>): Promise<string | undefined> {
    const left = this.left.get(sku!);
    return left === undefined ? undefined : `${left} of ${sku}`;
  }

  @McpResource({ uri: 'stock://logo', description: 'The logo.', mimeType: 'image/png' })
  logo(): Uint8Array {
    return Uint8Array.from([1, 2, 3]);
  }
}

describe('decorated members of providers', () => {
  let app: McpApp;
  let client: Client;
  const logged: unknown[] = [];
  const updated: string[] = [];

  beforeAll(async () => {
    app = await McpApp.start(
      { ...SHOP, providers: [...SHOP.providers, Warehouse] },
      { prefix: 'shop_', progressInterval: '30ms' },
    );
    client = await app.client({ capabilities: { sampling: {}, elicitation: { form: {} } } });
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logged.push(params));
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updated.push(params.uri));
  });

  afterAll(async () => app.close());

  it('are tools beside those of the workflows, with the prefix', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      ...[
        'shop_ask',
        'shop_left_of',
        'shop_order_cancel',
        'shop_order_result',
        'shop_order_start',
        'shop_order_status',
      ],
      ...['shop_range', 'shop_take'],
    ]);
    const range = tools.find(({ name }) => name === 'shop_range');
    expect(range!.inputSchema).toMatchObject({
      properties: { sku: { type: 'string' }, from: { type: 'integer' } },
      required: ['sku', 'from'],
    });
    expect(tools.find(({ name }) => name === 'shop_left_of')!.annotations).toEqual({ readOnlyHint: true });
  });

  it('answer values as structured content of their schema, and errors as tool errors', async () => {
    expect(await call(client, 'shop_left_of', { sku: 'widget' })).toEqual({
      isError: false,
      structured: { left: '5' },
      texts: ['{"left":"5"}'],
    });
    expect(await call(client, 'shop_left_of', { sku: 'none' })).toEqual({
      isError: true,
      structured: {},
      texts: ['There is no article none.'],
    });
  });

  it('get checked arguments of a class, a JSON Schema or none', async () => {
    const range = await call(client, 'shop_range', { sku: 'a', from: 2 });
    expect(range.structured).toEqual({ sku: 'a', from: 2, user: null, hasHost: true });
    expect((await call(client, 'shop_range', { sku: 1, from: 'x' })).texts.join()).toMatch(/sku: .*from: /);
    expect((await call(client, 'shop_take', { sku: 'gadget' })).isError).toBe(true);
    expect((await call(client, 'shop_ask', { more: 1 })).isError).toBe(true);
  });

  it('log to the client what it wants to hear', async () => {
    logged.length = 0;
    await call(client, 'shop_range', { sku: 'a', from: 2 });
    expect(logged).toEqual([
      { level: 'info', data: 'from 2', logger: 'warehouse' },
      { level: 'warning', data: { sku: 'a' } },
    ]);
    await client.setLoggingLevel('warning');
    await call(client, 'shop_range', { sku: 'a', from: 3 });
    expect(logged.slice(2)).toEqual([{ level: 'warning', data: { sku: 'a' } }]);
  });

  it('ask the model and the user of the client', async () => {
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'Hello' },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ada' } }));
    const { texts } = await call(client, 'shop_ask');
    expect(JSON.parse(texts[0]!)).toEqual([{ type: 'text', text: 'Hello' }, { name: 'Ada' }]);
    const silent = await app.client();
    expect(await call(silent, 'shop_ask')).toMatchObject({
      isError: true,
      texts: [expect.stringContaining('does not offer sampling')],
    });
  });

  it('are prompts, with their arguments, completions and what the workflows know', async () => {
    expect((await client.listPrompts()).prompts).toEqual([
      {
        name: 'explain',
        description: 'Explains an order.',
        arguments: [
          { name: 'id', description: 'Order', required: true },
          { name: 'tone', required: false },
        ],
      },
    ]);
    const { instanceId } = await app.nest
      .get(WorkflowClient)
      .start(OrderWorkflow, { sku: 'slow', quantity: 1 }, { instanceId: 'order-7' });
    const { messages } = await client.getPrompt({ name: 'explain', arguments: { id: instanceId, tone: 'stern' } });
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: expect.stringMatching(/^Order order-7 is \w+\. Be stern\.$/) } },
    ]);
    await expect(client.getPrompt({ name: 'explain', arguments: { id: 'x', tone: 'rude' } })).rejects.toMatchObject({
      code: -32602,
    });
    await expect(client.getPrompt({ name: 'nothing' })).rejects.toMatchObject({ code: -32602 });
    const ref = { type: 'ref/prompt', name: 'explain' } as const;
    expect((await client.complete({ ref, argument: { name: 'id', value: 'order' } })).completion.values).toEqual([
      'order-1',
      'order-2',
    ]);
    expect((await client.complete({ ref, argument: { name: 'tone', value: 'k' } })).completion.values).toEqual([
      'kind',
      'kurz',
    ]);
  });

  it('are resources and families of resources', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'stock://items/{sku}',
      'romancy://{workflow}/{instance_id}/history',
    ]);
    const read = async (uri: string): Promise<unknown> => (await client.readResource({ uri })).contents[0];
    expect(await read('stock://all')).toEqual({
      uri: 'stock://all',
      mimeType: 'application/json',
      text: '{"widget":5,"gadget":2}',
    });
    expect(await read('stock://items/gadget')).toMatchObject({ mimeType: 'text/plain', text: '2 of gadget' });
    expect(await read('stock://logo')).toEqual({ uri: 'stock://logo', mimeType: 'image/png', blob: 'AQID' });
    for (const uri of ['stock://items/none', 'stock://items/%E0%A4%A', 'other://x', 'no uri']) {
      await expect(read(uri)).rejects.toMatchObject({ code: -32002 });
    }
  });

  it('tell subscribers of a change, until they unsubscribe', async () => {
    updated.length = 0;
    await client.subscribeResource({ uri: 'stock://items/widget' });
    await call(client, 'shop_take', { sku: 'widget' });
    await eventually('the change is heard', async () => updated.length === 1);
    await client.unsubscribeResource({ uri: 'stock://items/widget' });
    await call(client, 'shop_take', { sku: 'widget' });
    await client.ping();
    expect(updated).toEqual(['stock://items/widget']);
  });
});

describe('the history of an instance', () => {
  let app: McpApp;
  let client: Client;

  beforeAll(async () => {
    app = await McpApp.start(SHOP, { progressInterval: '30ms' });
    client = await app.client();
  });

  afterAll(async () => app.close());

  const uriOf = (id: string): string => `romancy://order/${encodeURIComponent(id)}/history`;

  it('is a resource with its steps, also under an id that a URI has to encode', async () => {
    const workflows = app.nest.get(WorkflowClient);
    await workflows.execute(OrderWorkflow, { sku: 'widget', quantity: 2 }, { instanceId: 'a/b c' });
    const { contents } = await client.readResource({ uri: uriOf('a/b c') });
    const history = JSON.parse((contents[0] as { text: string }).text) as Record<string, unknown>;
    expect(history).toMatchObject({
      instance_id: 'a/b c',
      workflow: 'order',
      status: 'completed',
      input: { sku: 'widget' },
      truncated: false,
    });
    expect(history['events']).toEqual([
      {
        id: expect.any(Number),
        step: 'charge:1',
        type: 'ActivityCompleted',
        at: expect.any(String),
        data: expect.objectContaining({ result: { chargeId: 'c-widget' } }),
      },
    ]);
  });

  it('is listed in pages, the newest first', async () => {
    const workflows = app.nest.get(WorkflowClient);
    for (let i = 0; i < 55; i += 1)
      await workflows.start(OrderWorkflow, { sku: 'slow', quantity: 1 }, { instanceId: `page-${i}` });
    const first = await client.listResources();
    expect(first.resources).toHaveLength(50);
    const second = await client.listResources({ cursor: first.nextCursor! });
    const uris = [...first.resources, ...second.resources].map(({ uri }) => uri);
    expect(new Set(uris).size).toBe(uris.length);
    expect(uris).toEqual(expect.arrayContaining([uriOf('page-0'), uriOf('page-54')]));
    await expect(client.listResources({ cursor: 'nonsense' })).rejects.toMatchObject({ code: -32602 });
  });

  it('is not shown of a workflow that is not offered', async () => {
    await expect(client.readResource({ uri: uriOf('nobody') })).rejects.toMatchObject({ code: -32002 });
    await expect(client.readResource({ uri: 'romancy://greeting/a%2Fb%20c/history' })).rejects.toMatchObject({
      code: -32002,
    });
  });

  it('completes ids', async () => {
    const ref = { type: 'ref/resource', uri: 'romancy://{workflow}/{instance_id}/history' } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'instance_id', value: 'page-5' } });
    expect([...completion.values].sort()).toEqual(['page-5', 'page-50', 'page-51', 'page-52', 'page-53', 'page-54']);
    expect((await client.complete({ ref, argument: { name: 'workflow', value: '' } })).completion.values).toEqual([
      'order',
    ]);
  });

  it('announces that the instance has gone on', async () => {
    const heard: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
    const { structured } = await call(client, 'order_start', { sku: 'slow' });
    const id = String(structured['instance_id']);
    const workflows = app.nest.get(WorkflowClient);
    await eventually('it sleeps', async () => (await workflows.get(id)).status === 'waiting_for_timer');
    await client.subscribeResource({ uri: uriOf(id) });
    await workflows.cancel(id);
    await eventually('the end is heard', async () => heard.includes(uriOf(id)));
  });
});
