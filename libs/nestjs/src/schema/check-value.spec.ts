import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsInt, IsString, Length, ValidateNested } from 'class-validator';
import { z } from 'zod';
import type { StandardSchema } from '@romancy/core';
import { checkValue } from './check-value.js';

class Line {
  @Length(1, 5)
  @IsString()
  sku!: string;

  @IsInt()
  quantity!: number;
}

class Order {
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];
}

describe('checkValue', () => {
  it('answers the value with the defaults and conversions of the schema', async () => {
    const schema = z.object({ sku: z.string(), quantity: z.int().default(1), at: z.coerce.date() });
    await expect(checkValue(schema, { sku: 'a', at: '2026-01-01T00:00:00Z', more: true })).resolves.toEqual({
      value: { sku: 'a', quantity: 1, at: new Date('2026-01-01T00:00:00Z') },
    });
  });

  it('names each issue with its path', async () => {
    const schema = z.object({ lines: z.array(z.object({ sku: z.string() })) });
    const { issues } = await checkValue(schema, { lines: [{ sku: 'a' }, { sku: 3 }] });
    expect(issues).toEqual([{ path: 'lines.1.sku', message: expect.stringContaining('expected string') }]);
  });

  it('takes any Standard Schema, also one that is a function and answers later', async () => {
    const schema: StandardSchema = Object.assign(() => undefined, {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (value: unknown) =>
          value === 'good' ? { value } : { issues: [{ message: 'must be good', path: [{ key: 'a' }, 0] }] },
      },
    });
    await expect(checkValue(schema, 'good')).resolves.toEqual({ value: 'good' });
    await expect(checkValue(schema, 'bad')).resolves.toEqual({ issues: [{ path: 'a.0', message: 'must be good' }] });
  });

  it('takes a class with the decorators of class-validator, whose other properties it leaves out', async () => {
    const checked = await checkValue(Order, { lines: [{ sku: 'a', quantity: 2, colour: 'red' }], at: 1 });
    expect(checked).toEqual({ value: { lines: [{ sku: 'a', quantity: 2 }] } });
    expect('value' in checked && checked.value).toBeInstanceOf(Order);
    const { issues } = await checkValue(Order, {
      lines: [
        { sku: 'a', quantity: 2 },
        { sku: 'toolong', quantity: 'x' },
      ],
    });
    expect(issues?.map(({ path }) => path)).toEqual(['lines.1.sku', 'lines.1.quantity']);
  });

  it.each([undefined, null, 'text', [1]])('refuses %j where a class is asked for', async (value) => {
    await expect(checkValue(Order, value)).resolves.toEqual({ issues: [{ path: '', message: 'must be an object' }] });
  });
});
