import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { JsonPayloadCodec } from './payload-codec.js';

const codec = new JsonPayloadCodec();
const key = fc.oneof(fc.string(), fc.constantFrom('$romancy', '__proto__', 'constructor', 'value', 'toString', ''));

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.float32Array(),
  fc.constantFrom(/a+/g, new URL('https://example.org/x'), NaN, -0, Infinity, -Infinity),
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));

describe('JsonPayloadCodec, for any value', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(anyValue, (value) => isDeepStrictEqual(codec.decode(codec.encode(value)), value)),
      { numRuns: 1000 },
    );
  });

  it('writes JSON, and the same text again for what it read', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = codec.encode(value);
        JSON.parse(text);
        return codec.encode(codec.decode(text)) === text;
      }),
      { numRuns: 400 },
    );
  });

  it('revives a part of a larger JSON as it decodes a text', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = codec.encode(value);
        const row = JSON.parse(`{"result":${text}}`) as { result: unknown };
        const before = JSON.stringify(row);
        return isDeepStrictEqual(codec.revive(row.result), codec.decode(text)) && JSON.stringify(row) === before;
      }),
      { numRuns: 400 },
    );
  });

  it('writes plain values as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        return codec.encode(plain) === JSON.stringify(plain);
      }),
      { numRuns: 400 },
    );
  });
});
