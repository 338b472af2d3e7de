import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { RomancyModuleOptions } from '@romancy/nestjs';
import { Receiver } from '../support/receiver.js';
import { Recording } from '../support/recording.js';
import {
  active,
  CounterWorkflow,
  DeclinedWorkflow,
  ListenerWorkflow,
  openShop,
  OrderWorkflow,
  ParentWorkflow,
} from '../support/shop.js';
import { until } from '../support/until.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const OTHER = '4bf92f3577b34da6a3ce929d0e0e4736';

let folder: string;
let broker: Receiver;
let brokerUrl: string;
let recording: Recording;
let opened: Awaited<ReturnType<typeof openShop>>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traces-'));
  broker = new Receiver();
  brokerUrl = await broker.start();
  recording = new Recording();
  opened = [];
  active.length = 0;
});

afterEach(async () => {
  for (const { app } of opened) await app.close();
  await recording.stop();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function shop(adapter?: AbstractHttpAdapter): ReturnType<typeof openShop> {
  const options: RomancyModuleOptions = {
    database: join(folder, 'shop.db'),
    cacheSize: 0,
    outbox: { http: { url: brokerUrl }, interval: 50 },
  };
  const { tracerProvider, meterProvider } = recording;
  const one = await openShop(options, { tracerProvider, meterProvider }, adapter);
  opened.push(one);
  return one;
}

function post(url: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('a trace', () => {
  it('of an HTTP request goes on through activities, events and the outbox, in one process and in the next', async () => {
    const first = await shop();
    const listener = await first.client.start(ListenerWorkflow, undefined);
    await until('it listens', async () => (await listener.status()) === 'waiting_for_message');
    const answer = await post(
      `${first.url}/orders`,
      { 'content-type': 'application/json', traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'vendor=1' },
      { orderId: 'o1' },
    );
    expect(answer.status).toBe(201);
    const order = first.client.handle(OrderWorkflow, 'o1');
    await until('it waits', async () => (await order.status()) === 'waiting_for_message');
    const { metadata } = await listener.result({ timeout: '10s' });
    // A relay that stops before it has read the answer sends the event again.
    await until('the event was sent', () => recording.named('outbox_send/order.charged').length > 0);
    await first.app.close();

    const second = await shop();
    const paid = {
      specversion: '1.0',
      id: 'p1',
      source: '/bank',
      type: 'order.paid',
      traceparent: `00-${OTHER}-00f067aa0ba902b7-01`,
    };
    await post(`${second.url}/events`, { 'content-type': 'application/cloudevents+json' }, paid);
    expect(await second.client.handle(OrderWorkflow, 'o1').result({ timeout: '15s' })).toBe('shipped');
    await second.app.close();

    const own = recording.spans.filter(({ attributes }) => attributes['romancy.instance_id'] === 'o1');
    expect(new Set(own.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    const start = recording.one('start/order');
    expect(start.parentSpanContext?.spanId).toBe(CALLER);
    expect(start.kind).toBe(SpanKind.PRODUCER);
    const turns = recording.named('workflow/order');
    const outcomes = turns.map(({ attributes }) => attributes['romancy.turn.outcome']);
    expect(outcomes[0]).toBe('waiting');
    expect(outcomes.at(-1)).toBe('completed');
    for (const turn of turns) expect(turn.parentSpanContext?.spanId).toBe(start.spanContext().spanId);
    expect(turns.at(-1)).toMatchObject({
      status: { code: SpanStatusCode.OK },
      attributes: { 'romancy.workflow_name': 'order', 'romancy.duration_ms': expect.any(Number) as number },
    });
    const charge = recording.one('activity/charge');
    expect(charge.parentSpanContext?.spanId).toBe(turns[0]?.spanContext().spanId);
    expect(charge.attributes).toMatchObject({
      'romancy.activity_id': 'charge:1',
      'romancy.attempt': 1,
      'romancy.is_replay': false,
    });
    expect(active[0]?.spanId).toBe(charge.spanContext().spanId);

    const sent = recording.one('outbox_send/order.charged');
    expect(sent.parentSpanContext?.spanId).toBe(charge.spanContext().spanId);
    expect(sent.attributes).toMatchObject({ 'cloudevents.event_type': 'order.charged', 'romancy.instance_id': 'o1' });
    const expected = `00-${TRACE}-${charge.spanContext().spanId}-01`;
    expect(broker.received[0]?.headers).toMatchObject({ 'ce-traceparent': expected, 'ce-tracestate': 'vendor=1' });
    expect(metadata['traceparent']).toBe(`00-${TRACE}-${String(turns[0]?.spanContext().spanId)}-01`);

    const wait = recording.one('event_wait/order.paid');
    expect(wait.parentSpanContext?.spanId).toBe(start.spanContext().spanId);
    expect(wait.links).toMatchObject([{ context: { traceId: OTHER } }]);
    expect(recording.one('event_received/order.paid')).toMatchObject({ kind: SpanKind.CONSUMER });
    expect(recording.one('event_received/order.paid').spanContext().traceId).toBe(OTHER);
    expect(
      recording.named('activity/ship').map(({ status, events }) => [status.code, events.map(({ name }) => name)]),
    ).toEqual([
      [SpanStatusCode.ERROR, ['activity_retry', 'exception']],
      [SpanStatusCode.OK, []],
    ]);
    expect(recording.one('timer/sleep:1').parentSpanContext?.spanId).toBe(start.spanContext().spanId);
    const replays = recording.named('replay/order');
    expect(replays[0]?.attributes).toMatchObject({ 'romancy.cache_hits': 1, 'romancy.new_activities': 1 });
    expect(replays[0]?.events[0]).toMatchObject({
      name: 'activity_cache_hit',
      attributes: { 'romancy.activity_name': 'charge' },
    });
  });

  it('of an HTTP request goes on from Fastify, too', async () => {
    const { url } = await shop(new FastifyAdapter());
    const headers = { 'content-type': 'application/json', traceparent: `00-${TRACE}-${CALLER}-01` };
    expect((await post(`${url}/orders`, headers, { orderId: 'o1' })).status).toBe(201);
    const start = recording.one('start/order');
    expect(start.spanContext().traceId).toBe(TRACE);
    expect(start.parentSpanContext?.spanId).toBe(CALLER);
  });

  it('tells of failure and compensation', async () => {
    const { client } = await shop();
    const handle = await client.start(DeclinedWorkflow, undefined, { instanceId: 'd1' });
    await handle.result().catch(() => undefined);
    await until('the turn has ended', () => recording.named('workflow/declined').length > 0);
    const turn = recording.one('workflow/declined');
    expect(turn.status).toEqual({ code: SpanStatusCode.ERROR, message: 'declined' });
    expect(turn.attributes).toMatchObject({ 'error.type': 'TerminalError', 'romancy.turn.outcome': 'failed' });
    expect(turn.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': 'declined' } }]);
    const refund = recording.one('compensation/refund');
    expect(refund.status.code).toBe(SpanStatusCode.OK);
    expect(refund.parentSpanContext?.spanId).toBe(turn.spanContext().spanId);
    expect(active.at(-1)?.spanId).toBe(refund.spanContext().spanId);
  });

  it('begins anew with each generation, linked to the one before', async () => {
    const { client } = await shop();
    expect(await client.execute(CounterWorkflow, 0, { instanceId: 'c' })).toBe(1);
    await until('both turns have ended', () => recording.named('workflow/counter').length === 2);
    const [first, next] = recording.named('start/counter');
    expect(next?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
    expect(next?.links).toMatchObject([
      { context: { spanId: first?.spanContext().spanId }, attributes: { 'romancy.link': 'previous generation' } },
    ]);
    const turns = recording.named('workflow/counter').map((span) => span.spanContext().traceId);
    expect(turns).toEqual([first?.spanContext().traceId, next?.spanContext().traceId]);
  });

  it('includes the instances that an activity starts, and ends the spans of bodies that nobody waits for', async () => {
    const { client } = await shop();
    await client.execute(ParentWorkflow, undefined, { instanceId: 'p' });
    await until('the turn has ended', () => recording.named('workflow/parent').length > 0);
    const delegate = recording.one('activity/delegate');
    const child = recording.one('start/counter');
    expect(child.parentSpanContext?.spanId).toBe(delegate.spanContext().spanId);
    expect(child.links).toMatchObject([
      { attributes: { 'romancy.link': 'parent', 'romancy.parent_instance_id': 'p' } },
    ]);
    expect(recording.one('activity/hang').attributes).toMatchObject({ 'romancy.recorded': false });
  });
});
