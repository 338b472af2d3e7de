import {
  applyTransforms,
  isTransformed,
  type PayloadTransform,
  type TransformChain,
} from '../history/payload-transform.js';
import type { PayloadExcerpt } from '../ports/inspection.js';

/** A payload as it is stored, for people: values that JSON does not know stay marked, and nothing of it is run or rebuilt. */
export type StoredValue =
  | { readonly readable: true; readonly json: unknown }
  /** Encrypted for somebody else, broken, or too large to be shown. */
  | { readonly readable: false; readonly reason: string };

/** Reads payloads, through the transforms that it knows. */
export class StoredValues {
  readonly #chain: TransformChain;

  constructor(
    transforms: readonly PayloadTransform[],
    private readonly maxCharacters: number,
  ) {
    this.#chain = applyTransforms([], transforms);
  }

  /** Parsed JSON out of a row: opened where it was sealed. */
  async of(json: unknown): Promise<StoredValue> {
    if (!isTransformed(json)) return { readable: true, json };
    try {
      return this.#parsed(await this.#chain.decode(JSON.stringify(json)));
    } catch (error) {
      return unreadable(error);
    }
  }

  /** The text of a column. */
  async ofText(text: string | null): Promise<StoredValue> {
    if (text === null) return { readable: true, json: null };
    const value = this.#parsed(text);
    return value.readable ? this.of(value.json) : value;
  }

  /** Parsed, without being opened. */
  parse(text: string | null): StoredValue {
    return text === null ? { readable: true, json: null } : this.#parsed(text);
  }

  #parsed(text: string): StoredValue {
    if (text.length > this.maxCharacters) {
      return tooLong(text.length);
    }
    try {
      return { readable: true, json: JSON.parse(text) as unknown };
    } catch (error) {
      return unreadable(error);
    }
  }
}

/** What is said of a text that was not read because of its length; undefined for others. */
export function leftOut({ data, characters }: PayloadExcerpt): StoredValue | undefined {
  return data === null && characters > 0 ? tooLong(characters) : undefined;
}

function tooLong(characters: number): StoredValue {
  return { readable: false, reason: `it has ${String(characters)} characters, too many to be shown` };
}

function unreadable(error: unknown): StoredValue {
  return { readable: false, reason: error instanceof Error ? error.message : String(error) };
}
