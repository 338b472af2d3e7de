import { TerminalError } from '../errors/terminal-error.js';
import { ErrorTypes } from './failure.js';
import { JsonPayloadCodec } from './payload-codec.js';

const codec = new JsonPayloadCodec();
const roundTrip = (value: unknown): unknown => codec.decode(codec.encode(value));

describe('plain values', () => {
  const order = {
    id: 'o1',
    quantity: 3,
    amount: 12.5,
    gift: false,
    note: null,
    'spaced key': 'grüße \u2028 "quoted" 🎉',
    items: [{ sku: 'widget', tags: ['a', 'b'] }, [], {}],
  };

  it.each([[order], [[]], [{}], ['text'], [0], [1e21], [true], [null], [[null, [1, [2]]]]])(
    'are written as JSON.stringify writes them: %j',
    (value) => {
      expect(codec.encode(value)).toBe(JSON.stringify(value));
      expect(roundTrip(value)).toEqual(value);
    },
  );

  it('takes objects without prototype', () => {
    expect(codec.encode(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  });
});

describe('values that JSON does not know', () => {
  it.each<[string, unknown, string]>([
    ['a Date', new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), '{"$romancy":"Date","value":"2026-01-02T03:04:05.678Z"}'],
    ['a bigint', 2n ** 70n, '{"$romancy":"bigint","value":"1180591620717411303424"}'],
    ['a Map', new Map([['a', 1]]), '{"$romancy":"Map","value":[["a",1]]}'],
    ['a Set', new Set(['x', 2]), '{"$romancy":"Set","value":["x",2]}'],
    ['undefined', undefined, '{"$romancy":"undefined"}'],
    ['NaN', NaN, '{"$romancy":"number","value":"NaN"}'],
    ['an infinity', -Infinity, '{"$romancy":"number","value":"-Infinity"}'],
    ['minus zero', -0, '{"$romancy":"number","value":"-0"}'],
    ['a Uint8Array', new Uint8Array([1, 2, 255]), '{"$romancy":"Uint8Array","value":"AQL/"}'],
    ['a Buffer', Buffer.from('hi'), '{"$romancy":"Buffer","value":"aGk="}'],
    ['an array of numbers', new Float64Array([0.5]), '{"$romancy":"Float64Array","value":"AAAAAAAA4D8="}'],
    ['a RegExp', /a\/b+/giu, '{"$romancy":"RegExp","value":{"source":"a\\\\/b+","flags":"giu"}}'],
    ['a URL', new URL('https://example.org/a?b=c'), '{"$romancy":"URL","value":"https://example.org/a?b=c"}'],
  ])('%s comes back as it was, alone and nested', (_, value, text) => {
    expect(codec.encode(value)).toBe(text);
    expect(roundTrip(value)).toStrictEqual(value);
    const nested = { deep: [{ value }] };
    expect(roundTrip(nested)).toStrictEqual(nested);
  });

  it('keeps undefined as element and as property', () => {
    const value = { set: undefined, list: [undefined, 1, undefined] };
    expect(roundTrip(value)).toStrictEqual(value);
    expect(Object.keys(roundTrip(value) as object)).toEqual(['set', 'list']);
  });

  it('takes holes of an array for undefined', () => {
    const holes = [1];
    holes[2] = 3;
    expect(roundTrip(holes)).toStrictEqual([1, undefined, 3]);
  });

  it('keeps the bytes of a view, not of the buffer behind it', () => {
    const view = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
    const decoded = roundTrip(view) as Uint8Array;
    expect([...decoded]).toEqual([1, 2]);
    expect(decoded.buffer.byteLength).toBe(2);
    expect(roundTrip(new Uint8Array([5, 6]).buffer)).toStrictEqual(new Uint8Array([5, 6]).buffer);
  });

  it('takes values of another realm', () => {
    const foreign = structuredClone({
      when: new Date(5),
      map: new Map([['k', new Set([1n])]]),
      error: new RangeError('far'),
    });
    const decoded = roundTrip(foreign) as { when: Date; map: Map<string, Set<bigint>>; error: Error };
    expect(decoded.when).toStrictEqual(new Date(5));
    expect(decoded.map).toStrictEqual(new Map([['k', new Set([1n])]]));
    expect(decoded.error).toBeInstanceOf(RangeError);
  });

  it('rebuilds errors as the classes that are known', () => {
    class CardDeclined extends TerminalError {}
    const knowing = new JsonPayloadCodec({ errorTypes: new ErrorTypes([CardDeclined]) });
    const value = { outcome: [new CardDeclined('no funds', { code: 'NO_FUNDS' })] };
    const [error] = (knowing.decode(knowing.encode(value)) as { outcome: Error[] }).outcome;
    expect(error).toBeInstanceOf(CardDeclined);
    expect(error).toMatchObject({ message: 'no funds', code: 'NO_FUNDS' });
    expect((roundTrip(value) as { outcome: Error[] }).outcome[0]).toBeInstanceOf(TerminalError);
  });
});

describe('objects', () => {
  it('lets user data have the key of the tags', () => {
    const value = {
      $romancy: 'Date',
      value: 'not a date',
      inner: { $romancy: { $romancy: 'undefined' } },
      when: new Date(0),
    };
    expect(roundTrip(value)).toStrictEqual(value);
    expect(codec.encode({ $romancy: 1 })).toBe('{"$romancy":"object","value":{"$romancy":1}}');
  });

  it('leaves objects alone that have the key without being ours', () => {
    expect(codec.decode('{"$romancy":1,"a":[{"$romancy":null}]}')).toEqual({ $romancy: 1, a: [{ $romancy: null }] });
  });

  it('looks for the key of the tags in the data alone', () => {
    Object.defineProperty(Object.prototype, '$romancy', { value: 'undefined', configurable: true });
    try {
      expect(codec.revive({ a: { b: 1 } })).toEqual({ a: { b: 1 } });
    } finally {
      Reflect.deleteProperty(Object.prototype, '$romancy');
    }
  });

  it('does not let a key reach a prototype', () => {
    const text =
      '{"__proto__":{"admin":true,"when":{"$romancy":"Date","value":"2026-01-01T00:00:00.000Z"}},"constructor":{"a":1}}';
    const decoded = codec.decode(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded['admin']).toBeUndefined();
    expect(Object.keys(decoded)).toEqual(['__proto__', 'constructor']);
    expect(Object.getOwnPropertyDescriptor(decoded, '__proto__')?.value).toEqual({
      admin: true,
      when: new Date('2026-01-01'),
    });
    expect(codec.encode(decoded)).toBe(text);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('honours toJSON as JSON.stringify does', () => {
    const keys: string[] = [];
    const money = {
      toJSON(key: string) {
        keys.push(key);
        return { cents: 5n };
      },
    };
    expect(roundTrip({ price: money, list: [money] })).toEqual({ price: { cents: 5n }, list: [{ cents: 5n }] });
    expect(keys).toEqual(['price', '0']);
    const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => new Date(0) });
    expect(roundTrip([hidden])).toStrictEqual([new Date(0)]);
    expect(roundTrip({ gone: { toJSON: () => undefined } })).toStrictEqual({ gone: undefined });
  });

  it('takes own enumerable properties of class instances, and boxed primitives for what they hold', () => {
    class Point {
      #secret = 1;
      constructor(
        readonly x: number,
        readonly at: Date,
      ) {}
      get sum() {
        return this.x + this.#secret;
      }
    }
    expect(roundTrip(new Point(1, new Date(0)))).toStrictEqual({ x: 1, at: new Date(0) });
    expect(roundTrip([Object('a'), Object(1), Object(true), Object(3n)])).toStrictEqual(['a', 1, true, 3n]);
  });

  it('stores a value twice that is there twice', () => {
    const shared = { when: new Date(0) };
    expect(roundTrip([shared, shared])).toStrictEqual([shared, shared]);
  });

  it('does not change what it is given', () => {
    const value = Object.freeze({ when: new Date(0), list: Object.freeze([undefined]) });
    codec.encode(value);
    const json = Object.freeze({
      a: Object.freeze([Object.freeze({ $romancy: 'Date', value: '1970-01-01T00:00:00.000Z' })]),
      b: Object.freeze({}),
    });
    const revived = codec.revive(json) as typeof json;
    expect(revived).toEqual({ a: [new Date(0)], b: {} });
    expect(revived.b).toBe(json.b);
  });
});

describe('values that cannot be stored', () => {
  const cycle: { name: string; self?: unknown } = { name: 'a' };
  cycle.self = cycle;
  const deep = Array.from({ length: 1500 }).reduce<unknown>((inner) => ({ inner }), 1n);

  it.each<[unknown, string, RegExp]>([
    [() => 1, '$', /function/],
    [{ a: { b: Symbol('s') } }, '$.a.b', /symbol/],
    [{ order: { items: [0, 0, 0, { when: new Date(NaN) }] } }, '$.order.items[3].when', /invalid Date/],
    [{ 'odd key': [Promise.resolve()] }, '$["odd key"][0]', /promise.*Await/],
    [cycle, '$.self', /itself/],
    [[[cycle]], '$[0][0].self', /itself/],
    [{ map: new Map([['k', () => 1]]) }, '$.map[0][1]', /function/],
    [{ weak: new WeakMap() }, '$.weak', /weak/],
    [{ iterator: [1].values() }, '$.iterator', /iterator/],
    [{ view: new DataView(new ArrayBuffer(1)) }, '$.view', /DataView/],
    [{ shared: new SharedArrayBuffer(1) }, '$.shared', /SharedArrayBuffer/],
    [deep, `$${'.inner'.repeat(1001)}`, /deeper/],
    [{ get total(): number { throw new Error('boom'); } }, '$.total', /threw/], // prettier-ignore
    [{ bad: { toJSON: () => { throw new Error('boom'); } } }, '$.bad', /threw/], // prettier-ignore
  ])('are refused with the path (%#)', (value, path, problem) => {
    expect(() => codec.encode(value)).toThrow(
      expect.objectContaining({
        code: 'ROMANCY_UNSTORABLE_VALUE',
        retryable: false,
        path,
        message: expect.stringMatching(problem),
      }),
    );
  });

  it('stores a deep plain value', () => {
    const nested = Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], 'core');
    expect(codec.encode(nested)).toBe(JSON.stringify(nested));
  });

  it('refuses what is too large, counted in bytes', () => {
    const small = new JsonPayloadCodec({ maxBytes: 10 });
    expect(small.encode('12345678')).toBe('"12345678"');
    expect(() => small.encode('123456789')).toThrow(
      expect.objectContaining({ code: 'ROMANCY_PAYLOAD_TOO_LARGE', bytes: 11, maxBytes: 10 }),
    );
    expect(small.encode('üüüü')).toBe('"üüüü"');
    expect(() => small.encode('üüüüü')).toThrow(expect.objectContaining({ bytes: 12 }));
  });

  it('refuses U+0000 where the database does', () => {
    const strict = new JsonPayloadCodec({ refusesNul: true });
    expect(() => strict.encode({ a: ['x', 'y\0z'] })).toThrow(expect.objectContaining({ path: '$.a[1]' }));
    expect(() => strict.encode({ 'k\0': 1 })).toThrow(expect.objectContaining({ code: 'ROMANCY_UNSTORABLE_VALUE' }));
    expect(strict.decode(strict.encode('the text \\u0000'))).toBe('the text \\u0000');
    expect(roundTrip('y\0z')).toBe('y\0z');
  });
});

describe('texts that cannot be read', () => {
  it.each([
    ['{"a":NaN}'],
    [''],
    ['{"$romancy":"Quaternion","value":[1]}'],
    ['{"$romancy":"bigint","value":"x"}'],
    ['{"$romancy":"Map","value":[1]}'],
    ['{"$romancy":"Set"}'],
    ['{"$romancy":"Date","value":5}'],
    ['{"$romancy":"Date","value":"soon"}'],
    ['{"$romancy":"URL","value":"no url"}'],
    ['{"$romancy":"RegExp","value":{"source":"(","flags":""}}'],
    ['{"$romancy":"RegExp","value":null}'],
    ['{"$romancy":"Float64Array","value":"AQ=="}'],
    ['{"$romancy":"Error","value":{"name":"X"}}'],
    ['{"$romancy":"object","value":null}'],
    ['[{"$romancy":"toString"}]'],
  ])('%s', (text) => {
    expect(() => codec.decode(text)).toThrow(expect.objectContaining({ code: 'ROMANCY_UNREADABLE_PAYLOAD' }));
  });
});
