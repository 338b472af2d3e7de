import { z } from 'zod';
import { describeSchema } from './describe-schema.js';

describe('describeSchema', () => {
  it('writes what goes in and what comes out, with dates and big integers as texts', async () => {
    const schema = z.object({
      at: z.coerce.date().default(new Date(0)),
      big: z.bigint(),
      tags: z.set(z.string()).optional(),
    });
    await expect(describeSchema(schema, 'input')).resolves.toMatchObject({
      properties: { at: { type: 'string', format: 'date-time' }, big: { type: 'string' }, tags: {} },
      required: ['big'],
    });
    await expect(describeSchema(schema, 'output')).resolves.toMatchObject({ required: ['at', 'big'] });
  });

  it('says why a schema cannot be written', async () => {
    const mute = { '~standard': { version: 1 as const, vendor: 'mute', validate: (value: unknown) => ({ value }) } };
    await expect(describeSchema(mute, 'input')).rejects.toThrow('schemas of mute do not describe themselves');
  });
});
