import { PayloadTooLargeError } from '../errors/payload-too-large-error.js';
import { UnreadablePayloadError } from '../errors/unreadable-payload-error.js';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import { dehydrate } from './dehydrate.js';
import { ErrorTypes, failureOf, fromFailure, toFailure } from './failure.js';
import { isPlainJson } from './plain-json.js';
import { rehydrate } from './rehydrate.js';
import { pathText, TAG } from './value-tag.js';

/** How values become JSON text and back (E29). `decode(encode(value))` is what a workflow gets, live and in every replay. */
export interface PayloadCodec {
  /** JSON text of the value. Refuses what cannot be stored. */
  encode(value: unknown): string;
  decode(text: string): unknown;
  /** The same for JSON that was parsed as a part of something larger. The given JSON is not changed. */
  revive(json: unknown): unknown;
}

export interface JsonPayloadCodecOptions {
  /** Longest encoded text in bytes. Default no limit. */
  readonly maxBytes?: number;
  /** The database cannot store texts with U+0000. Default false. */
  readonly refusesNul?: boolean;
  /** Classes that stored errors are rebuilt as. Default those of JavaScript and of the framework. */
  readonly errorTypes?: ErrorTypes;
}

const MARK = JSON.stringify(TAG);
const ESCAPED_NUL = '\\u0000';

/**
 * Plain JSON where the value is plain JSON, letter for letter as `JSON.stringify` writes it, so that other programs can read it. Date, Map,
 * Set, bigint, bytes, errors, undefined, NaN, infinities, -0, RegExp and URL become tagged objects and come back as what they were; objects
 * of classes come back as plain objects, or as what their `toJSON` gave.
 */
export class JsonPayloadCodec implements PayloadCodec {
  readonly #maxBytes: number;
  readonly #refusesNul: boolean;
  readonly #readError: (json: unknown) => Error;

  constructor({
    maxBytes = Infinity,
    refusesNul = false,
    errorTypes = new ErrorTypes(),
  }: JsonPayloadCodecOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#refusesNul = refusesNul;
    this.#readError = (json) => fromFailure(failureOf(json), errorTypes);
  }

  encode(value: unknown): string {
    const text = write(value);
    // A UTF-16 unit takes one to three bytes.
    if (text.length * 3 > this.#maxBytes) this.#checkSize(text);
    if (this.#refusesNul && text.includes(ESCAPED_NUL)) refuseNul(JSON.parse(text), []);
    return text;
  }

  decode(text: string): unknown {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new UnreadablePayloadError('it is not JSON', error);
    }
    return text.includes(MARK) ? this.revive(json) : json;
  }

  revive(json: unknown): unknown {
    return rehydrate(json, this.#readError);
  }

  #checkSize(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxBytes) throw new PayloadTooLargeError(bytes, this.#maxBytes);
  }
}

function write(value: unknown): string {
  try {
    return JSON.stringify(isPlain(value) ? value : dehydrate(value, toFailure));
  } catch (error) {
    if (error instanceof UnstorableValueError) throw error;
    throw new UnstorableValueError('$', 'writing it as JSON failed.', error);
  }
}

/** A getter that throws is left to the slow path, which names it. */
function isPlain(value: unknown): boolean {
  try {
    return isPlainJson(value);
  } catch {
    return false;
  }
}

function refuseNul(json: unknown, path: readonly (string | number)[]): void {
  const problem =
    'it holds the character U+0000, which this database cannot store. Remove it, or store bytes as a Uint8Array.';
  if (typeof json === 'string' && json.includes('\0')) throw new UnstorableValueError(pathText(path), problem);
  if (typeof json !== 'object' || json === null) return;
  for (const [key, item] of Object.entries(json)) {
    if (key.includes('\0')) throw new UnstorableValueError(pathText([...path, key]), problem);
    refuseNul(item, [...path, Array.isArray(json) ? Number(key) : key]);
  }
}
