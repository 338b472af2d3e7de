import { CloudEvent, emitterFor, HTTP, httpTransport } from 'cloudevents';
import { PLATFORMS, serve, type Served } from './serve.js';

const ATTRIBUTES = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'order.paid' };
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BINARY = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/shop', 'ce-type': 'order.paid' };

describe.each(PLATFORMS)('CloudEvents over HTTP on %s', (platform) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(platform);
  });
  afterAll(() => served.close());
  beforeEach(() => {
    served.engine.delivered.length = 0;
  });

  async function accepted(headers: Record<string, string>, body: string | Uint8Array): Promise<unknown> {
    const answer = await served.post('/events', headers, body);
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(served.engine.delivered).toHaveLength(1);
    return served.engine.delivered[0]!.event;
  }

  const structured = (parts: object): string => JSON.stringify({ ...ATTRIBUTES, ...parts });

  it.each<[string, object, unknown]>([
    ['an object', { data: { a: [1, null, 'ü'] } }, { a: [1, null, 'ü'] }],
    ['null', { data: null }, null],
    ['nothing', {}, undefined],
    ['a number', { data: 1.5 }, 1.5],
    ['false', { data: false }, false],
    ['a string', { data: '{"a":1}' }, '{"a":1}'],
    ['a list', { data: [] }, []],
    ['text', { datacontenttype: 'text/plain', data: 'null' }, 'null'],
    ['the marks of the engine', { data: { $romancy: ['Date', '2026-01-01'] } }, { $romancy: ['Date', '2026-01-01'] }],
  ])('takes a structured event whose data is %s', async (_, parts, data) => {
    expect(await accepted(STRUCTURED, structured(parts))).toMatchObject({ id: 'e-1', type: 'order.paid', data });
  });

  it('takes bytes out of data_base64', async () => {
    const event = await accepted(STRUCTURED, structured({ data_base64: 'AP8K', datacontenttype: 'image/png' }));
    expect([...(event as { data: Uint8Array }).data]).toEqual([0, 255, 10]);
  });

  it.each(['application/cloudevents+json; charset=UTF-8', 'Application/CloudEvents+JSON', 'application/json'])(
    'takes a structured event of type %s',
    async (type) => {
      expect(await accepted({ 'content-type': type }, structured({ data: 1 }))).toMatchObject({ data: 1 });
    },
  );

  it.each<[string, string | undefined, string, unknown]>([
    ['JSON', 'application/json', '{"a":"ü"}', { a: 'ü' }],
    ['JSON of a vendor', 'application/vnd.shop+json; charset=utf-8', '[1]', [1]],
    ['a JSON string', 'application/json', '"x"', 'x'],
    ['null', 'application/json', 'null', null],
    ['no JSON at all', 'application/json', '', undefined],
    ['text', 'text/plain; charset=utf-8', '{"a":1}', '{"a":1}'],
    ['empty text', 'text/plain', '', ''],
    ['XML', 'application/xml', '<a/>', '<a/>'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2', new Uint8Array(Buffer.from('a=1&b=2'))],
    ['nothing', undefined, '', undefined],
  ])('takes a binary event whose data is %s', async (_, type, body, data) => {
    const headers = { ...BINARY, ...(type === undefined ? {} : { 'content-type': type }) };
    expect(await accepted(headers, body)).toEqual({
      id: 'e-1',
      source: '/shop',
      type: 'order.paid',
      subject: undefined,
      time: undefined,
      dataContentType: type,
      dataSchema: undefined,
      extensions: {},
      data,
    });
  });

  it('keeps every byte of binary data', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const event = await accepted({ ...BINARY, 'content-type': 'application/octet-stream' }, bytes);
    expect((event as { data: Uint8Array }).data).toEqual(bytes);
  });

  it('decodes headers, and takes extensions', async () => {
    const headers = {
      ...BINARY,
      'ce-subject': '%C3%BC %22x%22 %F0%9F%8E%89',
      'ce-quoted': '"a \\"b\\" c"',
      'CE-TraceParent': '00-1',
      'ce-time': '2026-01-01T00:00:00.123456789Z',
    };
    expect(await accepted(headers, '')).toMatchObject({
      subject: 'ü "x" 🎉',
      time: '2026-01-01T00:00:00.123456789Z',
      extensions: { quoted: 'a "b" c', traceparent: '00-1' },
    });
  });

  it('takes a batch in its order, an empty one too', async () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    const events = ['1', '2', '3'].map((id) => ({ ...ATTRIBUTES, id, data: { id } }));
    expect((await served.post('/events', batch, JSON.stringify(events))).status).toBe(202);
    expect(served.engine.delivered.map(({ event }) => event.id)).toEqual(['1', '2', '3']);
    expect((await served.post('/events', batch, '[]')).status).toBe(202);
  });

  it('takes a megabyte', async () => {
    const text = 'ä'.repeat(500_000);
    expect(await accepted(STRUCTURED, structured({ data: { text } }))).toMatchObject({ data: { text } });
    served.engine.delivered.length = 0;
    const bytes = Buffer.alloc(1_000_000, 7);
    const event = await accepted({ ...BINARY, 'content-type': 'image/png' }, bytes);
    expect((event as { data: Uint8Array }).data).toHaveLength(1_000_000);
  });

  it('understands the official client in both modes', async () => {
    const { port } = served.app.getHttpServer().address() as { port: number };
    const source = new CloudEvent({
      source: '/client',
      type: 'order.paid',
      data: { a: 'ü' },
      subject: 's',
      myext: 'x',
    });
    for (const mode of [HTTP.structured, HTTP.binary]) {
      const emit = emitterFor(httpTransport(`http://127.0.0.1:${String(port)}/events`), {
        binding: { ...HTTP, binary: mode },
      });
      await emit(source);
    }
    expect(served.engine.delivered.map(({ event }) => [event.id, event.data, event.subject, event.extensions])).toEqual(
      [
        [source.id, { a: 'ü' }, 's', { myext: 'x' }],
        [source.id, { a: 'ü' }, 's', { myext: 'x' }],
      ],
    );
    const [a, b] = served.engine.delivered;
    expect(a?.messageId).toBe(b?.messageId);
  });
});
