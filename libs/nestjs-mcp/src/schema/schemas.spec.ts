import { describeSchema } from '@romancy/nestjs';
import { z } from 'zod';
import { startLayout } from '../workflows/start-arguments.js';
import { describeValue, violationsOf } from './described-value.js';
import { embedded } from './embedded.js';
import { toJson } from './to-json.js';

interface Node {
  name: string;
  kids: Node[];
}

const node: z.ZodType<Node> = z.object({
  name: z.string(),
  get kids() {
    return z.array(node);
  },
});

describe('embedded', () => {
  it('leads references to where the schema stands', async () => {
    const inner = embedded(await describeSchema(node, 'input'), '#/properties/result');
    expect(JSON.stringify(inner)).not.toContain('$schema');
    const violations = violationsOf({ type: 'object', properties: { result: inner }, required: ['result'] });
    expect(violations({ result: { name: 'a', kids: [{ name: 'b', kids: [] }] } })).toBeUndefined();
    expect(violations({ result: { name: 'a', kids: [{ name: 7, kids: [] }] } })).toContain('/kids/0/name');
  });
});

describe('startLayout', () => {
  it('puts the fields of an object beside the key', () => {
    const layout = startLayout({
      type: 'object',
      properties: { sku: {} },
      required: ['sku'],
      additionalProperties: false,
    });
    expect(layout.json).toMatchObject({ properties: { sku: {}, idempotency_key: {} }, additionalProperties: false });
    expect(layout.take({ sku: 1, idempotency_key: 'k' })).toEqual({ input: { sku: 1 }, key: 'k' });
  });

  it('wraps what is no object, and an object that has such a field itself', () => {
    for (const input of [{ type: 'string' }, { type: 'object', properties: { idempotency_key: {} } }, { anyOf: [] }]) {
      const layout = startLayout(input);
      expect(layout.json).toMatchObject({ properties: { input }, required: ['input'] });
      expect(layout.take({ input: 'x' })).toEqual({ input: 'x', key: undefined });
    }
  });

  it('gives nothing to a workflow that takes nothing', () => {
    expect(startLayout(undefined).take({ idempotency_key: 'k' })).toEqual({ input: undefined, key: 'k' });
  });
});

describe('describeValue', () => {
  it('shows a JSON Schema and checks with the schema beside it', async () => {
    const described = await describeValue('input', z.object({ n: z.coerce.number() }), {
      type: 'object',
      title: 'Shown',
    });
    expect(described?.json).toEqual({ type: 'object', title: 'Shown' });
    await expect(described?.check({ n: '3' })).resolves.toEqual({ value: { n: 3 } });
  });

  it('is nothing where there is neither', async () => {
    await expect(describeValue('input', undefined, undefined)).resolves.toBeUndefined();
  });
});

describe('toJson', () => {
  it('writes what JSON has no word for', () => {
    expect(
      toJson({
        at: new Date(0),
        big: 12n,
        bytes: Buffer.from([1, 2, 3]),
        set: new Set([1]),
        map: new Map([['a', 1n]]),
        pairs: new Map([[1, 'a']]),
        error: new TypeError('no'),
        gone: undefined,
      }),
    ).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      big: '12',
      bytes: 'AQID',
      set: [1],
      map: { a: '1' },
      pairs: [[1, 'a']],
      error: { name: 'TypeError', message: 'no' },
    });
    expect(toJson(undefined)).toBeNull();
  });
});
