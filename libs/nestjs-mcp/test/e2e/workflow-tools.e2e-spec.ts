import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { EngineHost, WorkflowClient } from '@romancy/nestjs';
import { eventually } from '../../../../test/support/eventually.js';
import { McpApp, call } from '../support/mcp-app.js';
import { GreetingWorkflow, Payments, SHOP } from '../support/shop.js';

describe('the tools of a workflow', () => {
  let app: McpApp;
  let client: Client;

  beforeAll(async () => {
    app = await McpApp.start(SHOP, {
      instructions: 'Sell things.',
      progressInterval: '50ms',
      maxWait: '1m',
      workflows: [{ workflow: GreetingWorkflow, description: 'Greets.', name: 'hello' }],
    });
    client = await app.client();
  });

  afterAll(async () => app.close());

  async function started(sku: string): Promise<string> {
    return String((await call(client, 'order_start', { sku })).structured['instance_id']);
  }

  async function statusOf(id: string): Promise<Record<string, unknown>> {
    return (await call(client, 'order_status', { instance_id: id })).structured;
  }

  it('are introduced with the name and version of the server', () => {
    expect(client.getServerVersion()).toEqual({ name: 'shop', version: '1.2.3' });
    expect(client.getInstructions()).toBe('Sell things.');
  });

  it('are four for each workflow, with schemas, descriptions and annotations', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...['order_start', 'order_status', 'order_result', 'order_cancel'],
      ...['hello_start', 'hello_status', 'hello_result', 'hello_cancel'],
    ]);
    const [start, status, result, cancel, hello] = tools;
    expect(start!.inputSchema).toMatchObject({
      type: 'object',
      properties: {
        sku: { type: 'string', minLength: 1, description: 'Article number' },
        quantity: { type: 'integer', default: 1, description: 'How many pieces' },
        idempotency_key: { type: 'string' },
      },
      required: ['sku'],
    });
    expect(start!.description).toMatch(/^Sells an article\. .*order_status.*order_result/);
    expect(result!.outputSchema).toMatchObject({
      properties: {
        outcome: { enum: ['running', 'completed', 'failed', 'cancelled'] },
        result: { properties: { chargeId: { type: 'string' }, at: { type: 'string', format: 'date-time' } } },
      },
    });
    expect(hello!.inputSchema).toMatchObject({
      properties: { input: { type: 'string', minLength: 2 } },
      required: ['input'],
    });
    expect([start, status, result, cancel].map((tool) => tool!.annotations)).toEqual([
      { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
      { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    ]);
  });

  it('store the trace of the caller with what they start', async () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' };
    const started = await client.callTool({
      name: 'order_start',
      arguments: { sku: 'widget' },
      _meta: { ...trace, other: 'x' },
    });
    const { instance_id: id } = started.structuredContent as { readonly instance_id: string };
    const row = await app.nest.get(EngineHost).storage.instances.get(id);
    expect(JSON.parse(row?.trace ?? 'null')).toEqual(trace);
  });

  it('run a workflow to its result, as structured content and as the same JSON in a text', async () => {
    const start = await call(client, 'order_start', { sku: 'widget', quantity: 3 });
    expect(start.structured).toEqual({ instance_id: expect.any(String), workflow: 'order', created: true });
    expect(JSON.parse(start.texts[0]!)).toEqual(start.structured);
    const id = start.structured['instance_id'];
    const result = await call(client, 'order_result', { instance_id: id, wait_seconds: 10 });
    expect(result.structured).toEqual({
      instance_id: id,
      workflow: 'order',
      outcome: 'completed',
      status: 'completed',
      stage: 'charged',
      result: { chargeId: 'c-widget', at: '1970-01-01T00:00:00.000Z', quantity: 3 },
      suggested_poll_interval_ms: 0,
    });
    expect(JSON.parse(result.texts[0]!)).toEqual(result.structured);
    expect(await statusOf(String(id))).toMatchObject({
      activities_completed: 1,
      waits: [],
      suggested_poll_interval_ms: 0,
    });
  });

  it('take an input that is no object in a field of its own', async () => {
    const { structured } = await call(client, 'hello_start', { input: 'Ada' });
    const result = await call(client, 'hello_result', { instance_id: structured['instance_id'], wait_seconds: 10 });
    expect(result.structured).toMatchObject({ outcome: 'completed', result: 'Hello, Ada!' });
    const refusal = await call(client, 'hello_start', { input: 'A' });
    expect(refusal.isError).toBe(true);
  });

  it('say what a waiting instance waits for, and when to ask again', async () => {
    const id = await started('slow');
    const status = await eventually('it sleeps', async () => {
      const view = await statusOf(id);
      return view['status'] === 'waiting_for_timer' && view;
    });
    expect(status).toMatchObject({ stage: 'charged', activities_completed: 1, suggested_poll_interval_ms: 60_000 });
    expect(status['waits']).toEqual([{ step: 'sleep:1', kind: 'timer', until: expect.any(String) }]);
    const until = Date.parse((status['waits'] as { until: string }[])[0]!.until);
    expect(Math.abs(until - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const result = await call(client, 'order_result', { instance_id: id });
    expect(result).toMatchObject({ isError: false, structured: { outcome: 'running', status: 'waiting_for_timer' } });
    expect(result.structured).not.toHaveProperty('result');
  });

  it('show the event that is waited for, with its deadline', async () => {
    const id = await started('approved');
    const status = await eventually('it waits', async () => {
      const view = await statusOf(id);
      return view['status'] === 'waiting_for_message' && view;
    });
    expect(status).toMatchObject({ suggested_poll_interval_ms: 10_000 });
    expect(status['waits']).toEqual([
      { step: expect.any(String), kind: 'message', channel: 'order.approved', until: expect.any(String) },
    ]);
  });

  it('show a step that is tried again', async () => {
    const id = await started('flaky');
    const status = await eventually('it waits for the next attempt', async () => {
      const view = await statusOf(id);
      return (view['waits'] as unknown[]).length > 0 && view;
    });
    expect(status['waits']).toContainEqual({ step: 'charge:1', kind: 'retry', until: expect.any(String), attempts: 1 });
  });

  it('distinguish a failure, with its error, from a broken tool', async () => {
    const id = await started('declined');
    const result = await call(client, 'order_result', { instance_id: id, wait_seconds: 10 });
    expect(result.isError).toBe(false);
    expect(result.structured).toMatchObject({
      outcome: 'failed',
      error: { message: expect.stringContaining('card declined') },
    });
  });

  it('cancel with a reason, once', async () => {
    const id = await started('slow');
    const cancel = await call(client, 'order_cancel', { instance_id: id, reason: 'changed my mind' });
    expect(cancel.structured).toEqual({
      instance_id: id,
      workflow: 'order',
      cancel_requested: true,
      reason: 'changed my mind',
    });
    const result = await call(client, 'order_result', { instance_id: id, wait_seconds: 10 });
    expect(result.structured).toMatchObject({ outcome: 'cancelled', cancel_reason: 'changed my mind' });
    const again = await call(client, 'order_cancel', { instance_id: id });
    expect(again.isError).toBe(true);
    expect(again.texts.join()).toMatch(/cannot be cancelled: it is cancelled already\. order_result/);
  });

  it.each(['order_status', 'order_result', 'order_cancel'])(
    '%s refuses an unknown id, and the id of another workflow',
    async (tool) => {
      const unknown = await call(client, tool, { instance_id: 'nobody' });
      expect(unknown).toMatchObject({
        isError: true,
        texts: [expect.stringMatching(/no instance "nobody".*order_start/)],
      });
      const other = await call(client, 'hello_start', { input: 'Bob' });
      const foreign = await call(client, tool, { instance_id: other.structured['instance_id'] });
      expect(foreign).toMatchObject({
        isError: true,
        texts: [expect.stringMatching(/does not belong to order.*order_start/)],
      });
    },
  );

  it('refuse arguments before anything starts, naming each field', async () => {
    const before = (await app.nest.get(WorkflowClient).list({ workflowName: 'order', limit: 1000 })).instances.length;
    const wrong = await call(client, 'order_start', { sku: '', quantity: 'many' });
    expect(wrong.isError).toBe(true);
    expect(wrong.texts.join()).toMatch(/sku: .*quantity: .*Nothing was started/);
    const noId = await call(client, 'order_status', {});
    expect(noId).toMatchObject({ isError: true, texts: [expect.stringContaining('instance_id')] });
    const longWait = await call(client, 'order_result', { instance_id: 'x', wait_seconds: 1e9 });
    expect(longWait).toMatchObject({ isError: true, texts: [expect.stringContaining('wait_seconds')] });
    const after = (await app.nest.get(WorkflowClient).list({ workflowName: 'order', limit: 1000 })).instances.length;
    expect(after).toBe(before);
  });

  it('start once under one idempotency key, in each workflow for itself', async () => {
    const charged = app.nest.get(Payments).charged;
    const args = { sku: 'widget', idempotency_key: 'Order 17' };
    const first = await call(client, 'order_start', args);
    const second = await call(client, 'order_start', args);
    expect(first.structured['created']).toBe(true);
    expect(second.structured).toEqual({ ...first.structured, created: false });
    expect(second.texts[1]).toContain('has started the instance before');
    const otherKey = await call(client, 'order_start', { ...args, idempotency_key: 'order 17' });
    const otherWorkflow = await call(client, 'hello_start', { input: 'Ada', idempotency_key: 'Order 17' });
    expect(otherKey.structured['created']).toBe(true);
    expect(otherWorkflow.structured['created']).toBe(true);
    await call(client, 'order_result', { instance_id: first.structured['instance_id'], wait_seconds: 10 });
    await call(client, 'order_result', { instance_id: otherKey.structured['instance_id'], wait_seconds: 10 });
    expect(app.nest.get(Payments).charged).toBe(charged + 2);
  });

  it('report progress while a client waits', async () => {
    const id = await started('soon');
    const heard: Progress[] = [];
    const result = await client.callTool(
      { name: 'order_result', arguments: { instance_id: id, wait_seconds: 20 } },
      undefined,
      {
        onprogress: (progress) => heard.push(progress),
      },
    );
    expect(result.structuredContent).toMatchObject({ outcome: 'completed' });
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.map(({ progress }) => progress)).toEqual(
      [...new Set(heard.map(({ progress }) => progress))].sort((a, b) => a - b),
    );
    expect(heard.at(-1)).toMatchObject({
      total: 20,
      message: 'waiting_for_timer, stage charged, 1 activities completed',
    });
  });

  it('stop waiting when the client cancels its request, and when the time is over', async () => {
    const id = await started('slow');
    const abort = new AbortController();
    const waiting = client.callTool(
      { name: 'order_result', arguments: { instance_id: id, wait_seconds: 60 } },
      undefined,
      {
        signal: abort.signal,
        onprogress: () => abort.abort(),
      },
    );
    await expect(waiting).rejects.toThrow();
    const result = await call(client, 'order_result', { instance_id: id, wait_seconds: 0.1 });
    expect(result.structured).toMatchObject({ outcome: 'running' });
  });

  it('hand out a result that is not what the workflow declares as a text', async () => {
    const id = await started('odd');
    const result = await call(client, 'order_result', { instance_id: id, wait_seconds: 10 });
    expect(result.isError).toBe(true);
    expect(result.texts.join()).toMatch(/does not match the output schema.*chargeId.*"chargeId":7/);
  });

  it('answer a tool that does not exist as the protocol has it', async () => {
    await expect(call(client, 'nothing')).rejects.toMatchObject({ code: -32602 });
  });
});
