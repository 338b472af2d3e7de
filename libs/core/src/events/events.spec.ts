import { defineEvent, EventDefinitions } from '../definition/index.js';
import {
  acceptedEvent,
  checkEventData,
  keyOfEvent,
  storableKey,
  targetOf,
  toEventMessage,
  type CloudEventValue,
} from './index.js';

const PUBLISHED = Date.parse('2026-03-01T12:00:00.123Z');

function event(parts: Partial<CloudEventValue> = {}): CloudEventValue {
  return {
    id: '1',
    source: '/shop',
    type: 'order.paid',
    subject: undefined,
    time: undefined,
    dataContentType: 'application/json',
    dataSchema: undefined,
    extensions: {},
    data: { orderId: '17' },
    ...parts,
  };
}

const message = (parts: Partial<CloudEventValue>) =>
  toEventMessage(acceptedEvent(event(parts)), { encode: JSON.stringify, publishedAt: PUBLISHED });
const metadata = (parts: Partial<CloudEventValue>): Record<string, unknown> =>
  JSON.parse(message(parts).metadata ?? '') as Record<string, unknown>;

describe('the id of an event’s message', () => {
  it('is a UUID that only source and id decide', () => {
    const { messageId } = acceptedEvent(event());
    expect(messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(acceptedEvent(event({ data: 'other', type: 'other', subject: 's' })).messageId).toBe(messageId);
    expect(acceptedEvent(event({ id: '2' })).messageId).not.toBe(messageId);
    expect(acceptedEvent(event({ source: '/other' })).messageId).not.toBe(messageId);
  });

  it('does not mix source and id', () => {
    const a = acceptedEvent(event({ source: 'a', id: 'b/c' })).messageId;
    expect(acceptedEvent(event({ source: 'a/b', id: 'c' })).messageId).not.toBe(a);
    expect(acceptedEvent(event({ source: 'a","b/c', id: '' })).messageId).not.toBe(a);
  });
});

describe('the message of an event', () => {
  it('has the layout of Edda', () => {
    const full = event({
      subject: 's',
      time: '2026-01-01T00:00:00.123456789Z',
      extensions: { traceparent: '00-1', sampled: true },
    });
    expect(message(full)).toMatchObject({
      channel: 'order.paid',
      data: '{"orderId":"17"}',
      binary: null,
      publishedAt: PUBLISHED,
    });
    expect(metadata(full)).toEqual({
      ce_type: 'order.paid',
      ce_source: '/shop',
      ce_id: '1',
      ce_time: '2026-01-01T00:00:00.123456789Z',
      ce_datacontenttype: 'application/json',
      ce_subject: 's',
      ce_extensions: { traceparent: '00-1', sampled: true },
      published_at: '2026-03-01T12:00:00.123Z',
    });
    expect(metadata({ dataContentType: undefined })).toMatchObject({
      ce_time: null,
      ce_subject: null,
      ce_datacontenttype: null,
    });
  });

  it('keeps bytes as bytes, those of a view without its neighbours', () => {
    const buffer = Uint8Array.of(9, 0, 255, 10, 9);
    const stored = message({ data: buffer.subarray(1, 4), dataContentType: 'application/octet-stream' });
    expect(stored.data).toBeNull();
    expect([...(stored.binary ?? [])]).toEqual([0, 255, 10]);
  });

  it.each([
    ['text/plain', 'null', 'text'],
    ['application/xml', '<a/>', 'text'],
    ['application/json', 'null', undefined],
    ['application/vnd.x+json; charset=utf-8', 'x', undefined],
    [undefined, 'x', undefined],
  ])('of %s with the string %s is marked %s', (dataContentType, data, mark) => {
    expect(message({ dataContentType, data }).data).toBe(JSON.stringify(data));
    expect(metadata({ dataContentType, data })['romancy_data']).toBe(mark);
  });

  it('tells no data from null', () => {
    expect(message({ data: undefined }).data).toBe('null');
    expect(metadata({ data: undefined })['romancy_data']).toBe('none');
    expect(metadata({ data: null })['romancy_data']).toBeUndefined();
  });
});

describe('the key of an event', () => {
  it('is what its definition takes from the data, else the subject, else none', () => {
    defineEvent<{ orderId: string }>('key.defined', { key: (data) => data.orderId });
    expect(keyOfEvent(event({ type: 'key.defined', subject: 's' }))).toBe('17');
    expect(keyOfEvent(event({ type: 'key.defined', subject: 's', data: {} }))).toBe('s');
    expect(keyOfEvent(event({ type: 'key.defined', data: null }))).toBe('');
    expect(keyOfEvent(event({ type: 'key.undefined', subject: 's' }))).toBe('s');
    expect(keyOfEvent(event({ type: 'key.undefined' }))).toBe('');
  });

  it('takes a number for its text', () => {
    defineEvent<{ orderId: number }>('key.number', { key: ({ orderId }) => orderId as unknown as string });
    expect(keyOfEvent(event({ type: 'key.number', data: { orderId: 17 } }))).toBe('17');
  });

  it.each([['x'.repeat(201)], ['a '], ['a\0'], ['\ud800']])('that no database keeps is hashed: %j', (key) => {
    expect(storableKey(key)).toMatch(/^#sha256:[0-9a-f]{64}$/);
    expect(storableKey(key)).toBe(storableKey(key));
    expect(storableKey(key)).not.toBe(storableKey(`${key}x`));
  });

  it('that looks like a hash is hashed too', () => {
    const hashed = storableKey('a ');
    expect(storableKey(hashed)).not.toBe(hashed);
  });

  it('of up to 200 characters stays as it is', () => {
    expect(storableKey('x'.repeat(200))).toBe('x'.repeat(200));
    expect(storableKey('')).toBe('');
  });
});

describe('the target of an event', () => {
  it('is named by either extension, and takes away the starts', () => {
    const starts = [{ workflowName: 'w', input: 1 }];
    expect(acceptedEvent(event(), starts)).toMatchObject({ target: undefined, starts });
    const ours = event({ extensions: { romancyinstanceid: 'a' } });
    expect(acceptedEvent(ours, starts)).toMatchObject({ target: 'a', starts: [] });
    expect(targetOf(event({ extensions: { eddainstanceid: 'b' } }))).toBe('b');
    expect(targetOf(event({ extensions: { eddainstanceid: 'b', romancyinstanceid: 'a' } }))).toBe('a');
    expect(targetOf(event({ extensions: { romancyinstanceid: 17 } }))).toBe('17');
  });
});

describe('the data of an event', () => {
  it('is checked by the schema of its definition, with the place of each mistake', async () => {
    const validate = (value: unknown) =>
      value === 1 ? { value } : { issues: [{ message: 'no', path: ['a', { key: 0 }] }, { message: 'never' }] };
    defineEvent('data.checked', {
      schema: { '~standard': { version: 1, vendor: 'test', validate: async (value) => validate(value) } },
    });
    expect(await checkEventData(event({ type: 'data.checked', data: 1 }))).toEqual([]);
    expect(await checkEventData(event({ type: 'data.checked' }))).toEqual([
      { path: 'data.a.0', message: 'no' },
      { path: 'data', message: 'never' },
    ]);
    expect(await checkEventData(event({ type: 'data.unchecked' }))).toEqual([]);
  });
});

describe('definitions of event types', () => {
  it('count by the last one that says something; different keys are told', () => {
    const definitions = new EventDefinitions();
    const key = (data: { a: string }): string => data.a;
    definitions.add({ type: 't', key });
    definitions.add({ type: 't' });
    expect(definitions.of('t')?.key).toBe(key);
    definitions.add({ type: 't', key: (data: { a: string }): string => data.a });
    definitions.add({ type: 'u', key });
    expect(definitions.ambiguous()).toEqual([]);
    definitions.add({ type: 't', key: (data: { b: string }) => data.b });
    expect(definitions.ambiguous()).toEqual(['t']);
  });
});
