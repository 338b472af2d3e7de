export interface BadRequest {
  readonly name: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array;
  readonly status: number;
}

const ATTRIBUTES = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'order.paid' };
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** Wrong values of each attribute, as JSON. */
const WRONG_VALUES: readonly (readonly [string, readonly unknown[]])[] = [
  ['specversion', [undefined, null, '', '0.3', '1', '1.1', 1, true, {}, []]],
  [
    'id',
    [undefined, null, '', 0, false, {}, ['x'], 'a\u0000', 'a\u001f', '\u007f', '\ud800', '\uffff', 'x'.repeat(3000)],
  ],
  ['source', [undefined, null, '', ' ', 'a b', '<x>', '%', '%g1', '/ä', 'a\\b', '{x}', 5, {}, ['/']]],
  ['type', [undefined, null, '', 5, true, {}, [], 'a\n', 'x ', 'x'.repeat(201)]],
  ['subject', ['', 5, true, {}, [], 'a\u0000']],
  ['time', ['', 'now', '2026-01-01', '2026-01-01T00:00:00', '2026-02-30T00:00:00Z', '2026-01-01T25:00:00Z', 0, {}, []]],
  ['datacontenttype', ['', 'json', 'a/b/c', 'a b/c', 'text/plain;', 5, {}, []]],
  ['dataschema', ['', 'relative', '/x', 'a b:c', 5, {}, []]],
  ['ext', [1.5, 1e10, -2147483648, {}, [], { a: 1 }, 'a\u0001']],
  ['romancyinstanceid', ['x'.repeat(256), true, 'x ']],
  ['eddainstanceid', ['x'.repeat(256), false]],
  ['data_base64', [5, {}, [], true, 'x', 'AAA', 'A===', '****', 'AA-_', 'AAAA=', ' AAAA']],
];
const WRONG_NAMES = ['Ext', 'ext_a', 'ext-a', 'ext.a', 'ext a', 'é', 'EXT', 'x'.repeat(101), ''];
const WRONG_HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['ce-specversion', ['', '0.3', '2.0', '1.0.0']],
  ['ce-id', ['', '%00', '%0a', '%7F', '%ff', '%', '%zz', '%ED%A0%80', '"%1f"']],
  ['ce-source', ['', 'a%20b', '%3Cx%3E', '%C3%A4']],
  ['ce-type', ['', 'a%00', 'x%20']],
  ['ce-time', ['', 'now', '2026-13-01T00:00:00Z']],
  ['ce-subject', ['', '%c3', '%C2%85']],
  ['ce-dataschema', ['', 'relative']],
  ['ce-ext_a', ['x']],
  ['ce-ext.a', ['x']],
  ['ce-', ['x']],
  ['ce-ext', ['a%00b', '%80']],
  ['ce-datacontenttype', ['text/plain']],
  ['ce-data', ['x']],
  ['ce-data_base64', ['AAAA']],
  ['ce-romancyinstanceid', ['x%20']],
  ['content-type', ['json', 'a/b/c;', 'text/plain;x']],
];
const BROKEN_JSON = [
  '',
  ' ',
  '{',
  '}',
  'nonsense',
  '{"a":}',
  "{'a':1}",
  '{"a":1,}',
  'NaN',
  '{"id":"1"}{"id":"2"}',
  '\u0000',
];
const BROKEN_UTF8 = [
  Uint8Array.of(0xff),
  Uint8Array.of(0xc3, 0x28),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xf5, 0x80, 0x80, 0x80),
];
const NO_EVENTS = ['null', 'true', '1', '"text"', '[]', '[1]', '{}'];

export function badRequests(): readonly BadRequest[] {
  return [...structured(), ...binary(), ...batched(), ...unsupported()];
}

function bad(
  name: string,
  contentType: string | undefined,
  body: string | Uint8Array,
  headers: BadRequest['headers'] = {},
  status = 400,
): BadRequest {
  return {
    name,
    headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
    body,
    status,
  };
}

function structured(): readonly BadRequest[] {
  const documents = [
    ...WRONG_VALUES.flatMap(([name, values]) => values.map((value) => ({ ...ATTRIBUTES, [name]: value }))),
    ...WRONG_NAMES.map((name) => ({ ...ATTRIBUTES, [name]: 'x' })),
    { ...ATTRIBUTES, data: 1, data_base64: 'AAAA' },
    { ...ATTRIBUTES, data: null, data_base64: 'AAAA' },
  ];
  return [
    ...documents.map((document) =>
      bad(`structured ${JSON.stringify(document).slice(0, 120)}`, STRUCTURED, JSON.stringify(document)),
    ),
    ...[...BROKEN_JSON, ...NO_EVENTS].flatMap((body) => [
      bad(`structured body ${JSON.stringify(body)}`, STRUCTURED, body),
      bad(`plain JSON ${JSON.stringify(body)}`, 'application/json', body),
    ]),
    ...BROKEN_UTF8.map((bytes) => bad(`structured bytes ${String(bytes)}`, STRUCTURED, inside(bytes))),
  ];
}

/** A document whose id is broken UTF-8. */
function inside(bytes: Uint8Array): Uint8Array {
  const [before = '', after = ''] = JSON.stringify({ ...ATTRIBUTES, id: '@' }).split('@');
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
}

function binary(): readonly BadRequest[] {
  const headers = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/shop', 'ce-type': 'order.paid' };
  const json = 'application/json';
  return [
    ...Object.keys(headers).map((missing) => {
      const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== missing));
      return bad(`binary without ${missing}`, json, '1', rest);
    }),
    ...WRONG_HEADERS.flatMap(([name, values]) =>
      values.map((value) => bad(`binary ${name}: ${value}`, json, '1', { ...headers, [name]: value })),
    ),
    bad('binary, a header twice', json, '1', { ...headers, 'ce-id': ['a', 'b'] }),
    bad('binary, a header in raw Latin-1', json, '1', { ...headers, 'ce-subject': 'ä' }),
    ...BROKEN_JSON.slice(1).map((body) => bad(`binary JSON ${JSON.stringify(body)}`, json, body, headers)),
    ...BROKEN_UTF8.flatMap((bytes) => [
      bad(
        `binary JSON bytes ${String(bytes)}`,
        json,
        Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]),
        headers,
      ),
      bad(`binary text bytes ${String(bytes)}`, 'text/plain', bytes, headers),
    ]),
  ];
}

function batched(): readonly BadRequest[] {
  const good = { ...ATTRIBUTES, id: 'good' };
  const bodies = [
    ...BROKEN_JSON,
    ...NO_EVENTS.filter((body) => body !== '[]'),
    JSON.stringify([good, null]),
    JSON.stringify([good, {}]),
    JSON.stringify([good, [good]]),
    ...WRONG_VALUES.map(([name, values]) => JSON.stringify([good, { ...ATTRIBUTES, [name]: values[0] ?? values[2] }])),
  ];
  return bodies.map((body) => bad(`batch ${JSON.stringify(body).slice(0, 120)}`, BATCH, body));
}

function unsupported(): readonly BadRequest[] {
  const document = JSON.stringify(ATTRIBUTES);
  const types = [
    'application/cloudevents+avro',
    'application/cloudevents+xml',
    'application/cloudevents-batch+protobuf',
    'application/cloudevents',
    'application/cloudevents+json; charset=utf-16',
    'application/cloudevents-batch+json; charset=latin1',
    'application/json; charset=utf-16',
    'text/plain',
    'text/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'nonsense',
  ];
  return [
    ...types.map((type) => bad(`type ${type}`, type, document, {}, 415)),
    bad('no type', undefined, document, {}, 415),
    bad('no type, no body', undefined, '', {}, 415),
    ...['gzip', 'br', 'deflate', 'x'].map((encoding) =>
      bad(`encoding ${encoding}`, STRUCTURED, document, { 'content-encoding': encoding }, 415),
    ),
  ];
}
