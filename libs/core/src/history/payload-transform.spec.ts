import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { JsonPayloadCodec } from './payload-codec.js';
import { applyTransforms, type PayloadTransform } from './payload-transform.js';

const compress: PayloadTransform = {
  name: 'gzip',
  encode: async (text) => (await promisify(gzip)(text)).toString('base64'),
  decode: (text) => gunzipSync(Buffer.from(text, 'base64')).toString('utf8'),
};

function encrypt(name: string, key: Buffer): PayloadTransform {
  return {
    name,
    encode(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
    },
    decode(text) {
      const bytes = Buffer.from(text, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}

const secret = encrypt('aes-2026', randomBytes(32));
const codec = new JsonPayloadCodec();
const value = { order: 'o1', when: new Date(0), note: 'grüße 🎉 '.repeat(50) };

describe('applyTransforms', () => {
  it('compresses, then encrypts, and comes back', async () => {
    const chain = applyTransforms([compress, secret]);
    const stored = await chain.encode(codec.encode(value));
    expect(stored.length).toBeLessThan(codec.encode(value).length);
    expect(stored).not.toContain('order');
    expect(JSON.parse(stored)).toEqual({
      $romancy: 'transformed',
      by: ['gzip', 'aes-2026'],
      value: expect.any(String),
    });
    expect(codec.decode(await chain.decode(stored))).toEqual(value);
  });

  it('stays JSON that fits into a row', async () => {
    const chain = applyTransforms([secret]);
    const row = JSON.parse(`{"result":${await chain.encode(codec.encode(value))}}`) as { result: unknown };
    expect(codec.decode(await chain.decode(JSON.stringify(row.result)))).toEqual(value);
  });

  it('reads what was stored before there was a chain', async () => {
    const text = codec.encode(value);
    expect(await applyTransforms([compress]).decode(text)).toBe(text);
  });

  it('changes nothing without transforms', async () => {
    const text = codec.encode(value);
    expect(await applyTransforms([]).encode(text)).toBe(text);
  });

  it('reads what an earlier chain wrote, as long as its transforms are readable', async () => {
    const old = await applyTransforms([compress, secret]).encode(codec.encode(value));
    const rotated = applyTransforms([encrypt('aes-2027', randomBytes(32))], [compress, secret]);
    expect(codec.decode(await rotated.decode(old))).toEqual(value);
    await expect(applyTransforms([secret]).decode(old)).rejects.toMatchObject({
      code: 'ROMANCY_UNREADABLE_PAYLOAD',
      message: expect.stringContaining('"gzip"'),
    });
  });

  it('refuses what was tampered with, and damaged forms', async () => {
    const chain = applyTransforms([secret]);
    const stored = JSON.parse(await chain.encode('"x"')) as { value: string };
    const bytes = Buffer.from(stored.value, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const tampered = JSON.stringify({ ...stored, value: bytes.toString('base64') });
    await expect(chain.decode(tampered)).rejects.toMatchObject({
      code: 'ROMANCY_UNREADABLE_PAYLOAD',
      cause: expect.anything(),
    });
    await expect(chain.decode('{"$romancy":"transformed","by":5}')).rejects.toMatchObject({
      code: 'ROMANCY_UNREADABLE_PAYLOAD',
    });
    await expect(chain.decode('{"$romancy":"transformed",')).rejects.toMatchObject({
      code: 'ROMANCY_UNREADABLE_PAYLOAD',
    });
  });

  it('cannot be imitated by user data', async () => {
    const text = codec.encode({ $romancy: 'transformed', by: ['gzip'], value: 'x' });
    expect(await applyTransforms([compress]).decode(text)).toBe(text);
  });
});
