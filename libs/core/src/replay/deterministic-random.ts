import { createHash } from 'node:crypto';

const TWO_TO_21 = 0x20_0000;
const TWO_TO_53 = 0x20_0000_0000_0000;

/**
 * A stream of random values that depends on its seed alone (E6): xoshiro128**, seeded by SHA-256. Not for secrets. The sequence is part of
 * the history format: a change of it would break the replay of what is recorded.
 */
export class DeterministicRandom {
  #seed: string | undefined;
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

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
    if (this.#seed !== undefined) this.#start(this.#seed);
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result;
  }

  /** At the first use: most instances ask for nothing random. */
  #start(seed: string): void {
    const digest = createHash('sha256').update(seed).digest();
    this.#a = digest.readInt32BE(0);
    this.#b = digest.readInt32BE(4);
    this.#c = digest.readInt32BE(8);
    this.#d = digest.readInt32BE(12);
    this.#seed = undefined;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
