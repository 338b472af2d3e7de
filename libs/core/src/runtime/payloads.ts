import type { PayloadCodec } from '../history/payload-codec.js';
import type { TransformChain } from '../history/payload-transform.js';
import { isTransformed } from '../history/payload-transform.js';

/**
 * The codec, and the application's transforms behind it (E29): values are encoded to JSON text, the text is sealed (compressed, encrypted) before
 * it is stored, and opened after it was read. Without transforms nothing is awaited: `seal` and `open` hand back what they are given.
 */
export class Payloads {
  constructor(
    private readonly codec: PayloadCodec,
    private readonly chain: TransformChain | undefined,
  ) {}

  /** Texts are changed on their way into the database. */
  get transforms(): boolean {
    return this.chain !== undefined;
  }

  encode(value: unknown): string {
    return this.codec.encode(value);
  }

  decode(text: string): unknown {
    return this.codec.decode(text);
  }

  /** What is stored for an encoded text. */
  seal(text: string): string | Promise<string> {
    return this.chain === undefined ? text : this.chain.encode(text);
  }

  /** The value that a stored text stands for. */
  async read(stored: string): Promise<unknown> {
    return this.reviveStored(JSON.parse(stored));
  }

  /** The value that parsed JSON out of a row stands for; a promise only where the row was sealed. */
  reviveStored(json: unknown): unknown {
    if (!isTransformed(json)) return this.codec.revive(json);
    return this.#open(json);
  }

  async #open(json: unknown): Promise<unknown> {
    const text = JSON.stringify(json);
    if (this.chain === undefined) return this.codec.revive(json);
    return this.codec.decode(await this.chain.decode(text));
  }
}
