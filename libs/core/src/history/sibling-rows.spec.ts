import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { HistoryRow } from '../ports/history-row.js';
import { ErrorTypes } from './error-types.js';
import { JsonPayloadCodec } from './payload-codec.js';
import { toEvent } from './row-events.js';

const TIME = Date.parse('2026-03-01T12:00:00Z');
const codec = new JsonPayloadCodec();

const row = (
  activityId: string,
  eventType: string,
  data: string | null,
  binary: Uint8Array | null = null,
): HistoryRow => ({
  id: 1,
  activityId,
  eventType,
  data,
  binary,
  time: TIME,
});
const read = (...parts: Parameters<typeof row>) =>
  toEvent(row(...parts), { reviveStored: (json) => codec.revive(json) }, new ErrorTypes());
const value = async (...parts: Parameters<typeof row>): Promise<unknown> => {
  const event = await read(...parts);
  return event?.settlement.ok ? [event.kind, event.settlement.value] : event?.settlement;
};

describe('a row of Romancy for Go', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['1', 1],
    ['"text"', 'text'],
    ['null', null],
    ['[{"timer_id":"x"}]', [{ timer_id: 'x' }]],
    ['{"result":7}', { result: 7 }],
  ])('is the bare result of an activity: %s', async (data, result) => {
    expect(await value('act:1', 'ActivityCompleted', data)).toEqual(['activity', result]);
  });

  it('is an expired timer', async () => {
    const data = '{"completed":true,"expires_at":"2026-11-23T11:23:28Z","timer_id":"sleep:1"}';
    expect(await value('sleep:1', 'ActivityCompleted', data)).toEqual(['sleep', undefined]);
  });

  it('is a message that was there already', async () => {
    const data = '{"id":286,"channel_name":"jobs","created_at":"2026-11-23T11:23:29Z","data":[1],"metadata":{"k":"v"}}';
    expect(await value('receive_jobs:1', 'ActivityCompleted', data)).toEqual([
      'message',
      { id: '286', channel: 'jobs', data: [1], metadata: { k: 'v' }, publishedAt: new Date('2026-11-23T11:23:29Z') },
    ]);
  });

  it('is a message that was brought, with a time of zero', async () => {
    const data = '{"id":7,"channel_name":"jobs:i-1","created_at":"0001-01-01T00:00:00Z","data":null}';
    expect(await value('receive_jobs:1', 'ChannelMessageReceived', data)).toEqual([
      'message',
      { id: '7', channel: 'jobs:i-1', data: null, metadata: {}, publishedAt: new Date(TIME) },
    ]);
  });

  it('is a failure without a class', async () => {
    expect(await read('act:1', 'ActivityFailed', '"terminal error: no"')).toMatchObject({
      kind: 'activity',
      settlement: { ok: false, error: { name: 'Error', message: 'terminal error: no' } },
    });
  });

  it('is a time-out that is only a text', async () => {
    const data = '"timeout waiting for channel message on \\"jobs\\" (instance: i-1)"';
    const event = await read('receive_jobs:1', 'MessageTimeout', data);
    expect(event).toMatchObject({ kind: 'message', settlement: { ok: false, error: { channel: 'jobs' } } });
    expect((event?.settlement as { error: unknown }).error).toBeInstanceOf(WaitTimeoutError);
  });

  it('is nothing to the workflow when it is about a compensation', async () => {
    const data = '{"compensation_id":3,"activity_id":"act:1","activity_name":"act"}';
    expect(await read('compensation:3', 'CompensationExecuted', data)).toBeUndefined();
  });
});

describe('a row of Edda', () => {
  it('is the result of an activity beside its input', async () => {
    const data = '{"activity_name":"plain","result":{"channel_name":"x"},"input":{"args":[1],"kwargs":{}}}';
    expect(await value('plain:1', 'ActivityCompleted', data)).toEqual(['activity', { channel_name: 'x' }]);
  });

  it('is an expired timer', async () => {
    const data = '{"result":null,"timer_id":"sleep:1","expires_at":"2026-11-23T11:23:28.074049"}';
    expect(await value('sleep:1', 'TimerExpired', data)).toEqual(['sleep', undefined]);
  });

  it('is a message, and bytes are without an envelope', async () => {
    const data =
      '{"id":"5d1c","channel":"c","data":{"a":1.0},"metadata":{"source_instance_id":"x"},"published_at":"2026-11-23T11:23:29.645234+00:00"}';
    expect(await value('receive_c:1', 'ChannelMessageReceived', data)).toMatchObject([
      'message',
      { id: '5d1c', channel: 'c', data: { a: 1 }, publishedAt: new Date('2026-11-23T11:23:29.645Z') },
    ]);
    expect(await value('receive_c:1', 'ChannelMessageReceived', null, Uint8Array.of(1, 2))).toMatchObject([
      'message',
      { channel: 'c', data: Uint8Array.of(1, 2) },
    ]);
  });

  it('is a time-out of a class of Python, whose deadline has no zone', async () => {
    const data =
      '{"_error":true,"error_type":"TimeoutError","error_message":"late","channel":"c","timeout_at":"2026-11-23T11:23:28.074049"}';
    expect(await read('receive_c:1', 'MessageTimeout', data)).toMatchObject({
      settlement: { ok: false, error: { channel: 'c', deadline: new Date('2026-11-23T11:23:28.074Z') } },
    });
  });
});
