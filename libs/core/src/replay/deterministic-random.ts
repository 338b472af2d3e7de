import { createHash } from 'node:crypto';

const TWO_TO_21 = 0x20_0000;
const TWO_TO_53 = 0x20_0000_0000_0000;

/**
 * A stream of random values that depends on its seed alone (E6): xoshiro128**, seeded by SHA-256. Not for secrets. The sequence is part of
 * the history format: a change of it would break the replay of what is recorded.
 */
export class DeterministicRandom {
  readonly #seed: string;
  #state: Uint32Array | undefined;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** In [0, 1), with 53 random bits. */
  next(): number {
    const high = this.#word();
    return (high * TWO_TO_21 + (this.#word() >>> 11)) / TWO_TO_53;
  }

  /** A UUID of version 4 in form. */
  uuid(): string {
    const bytes = Buffer.allocUnsafe(16);
    for (let offset = 0; offset < 16; offset += 4) bytes.writeUInt32BE(this.#word(), offset);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  #word(): number {
    const state = (this.#state ??= seeded(this.#seed));
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    state.set([a, b, c, rotate(d, 11)]);
    return result;
  }
}

function seeded(seed: string): Uint32Array {
  const digest = createHash('sha256').update(seed).digest();
  return Uint32Array.from({ length: 4 }, (_, index) => digest.readUInt32BE(index * 4));
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
