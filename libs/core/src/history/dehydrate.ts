import { types } from 'node:util';
import { UnstorableValueError } from '../errors/unstorable-value-error.js';
import { isTypedArray, typedArrayName } from './binary-values.js';
import { isErrorObject } from './is-error.js';
import { hasPlainPrototype } from './plain-json.js';
import { pathText, setOwn, TAG, tagged } from './value-tag.js';

const MAX_DEPTH = 1_000;
const ITERATOR = /(?:Iterator|Generator|Iterator Helper)\]$/;

/**
 * Turns any storable value into plain JSON: what JSON does not know becomes a tagged object, `toJSON` is honoured as `JSON.stringify` does,
 * objects of classes become plain objects of their own enumerable properties. The given value is not changed.
 */
export function dehydrate(value: unknown, errorToJson: (error: object) => unknown): unknown {
  return new Dehydration(errorToJson).convert(value);
}

class Dehydration {
  readonly #path: (string | number)[] = [];
  readonly #ancestors = new Set<object>();

  constructor(private readonly errorToJson: (error: object) => unknown) {}

  convert(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : tagged('number', Object.is(value, -0) ? '-0' : String(value));
      case 'undefined':
        return tagged('undefined');
      case 'bigint':
        return tagged('bigint', String(value));
      case 'object':
        return value === null ? null : this.#nested(value);
      case 'symbol':
        return this.#refuse('it is a symbol. Store a text instead.');
      default:
        return this.#refuse('it is a function. Store data only, and leave methods to classes.');
    }
  }

  #nested(value: object): unknown {
    if (this.#ancestors.has(value)) this.#refuse('it contains itself. Store an id instead of the reference back.');
    if (this.#path.length > MAX_DEPTH) {
      this.#refuse(`it is nested deeper than ${String(MAX_DEPTH)} levels. Store a flat list with ids instead.`);
    }
    this.#ancestors.add(value);
    const converted = 'toJSON' in value || !isLiteral(value) ? this.#special(value) : this.#parts(value);
    this.#ancestors.delete(value);
    return converted;
  }

  /** Everything but arrays and object literals. */
  #special(value: object): unknown {
    if (types.isDate(value)) {
      return Number.isNaN(value.getTime())
        ? this.#refuse('it is an invalid Date.')
        : tagged('Date', value.toISOString());
    }
    if (types.isMap(value)) return tagged('Map', this.#list([...value]));
    if (types.isSet(value)) return tagged('Set', this.#list([...value]));
    if (types.isRegExp(value)) return tagged('RegExp', { source: value.source, flags: value.flags });
    if (isErrorObject(value)) return tagged('Error', this.errorToJson(value));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return this.#bytes(value);
    const kind = Object.prototype.toString.call(value);
    if (kind === '[object URL]') return tagged('URL', this.#read(value, 'href'));
    this.#refuseLiving(value, kind);
    const replaced = this.#toJson(value);
    if (replaced !== value) return this.convert(replaced);
    return types.isBoxedPrimitive(value) ? this.convert(value.valueOf()) : this.#parts(value);
  }

  #bytes(value: ArrayBufferView | ArrayBufferLike): unknown {
    if (types.isSharedArrayBuffer(value)) return this.#refuse('it is a SharedArrayBuffer. Store a copy of its bytes.');
    if (types.isArrayBuffer(value)) return tagged('ArrayBuffer', Buffer.from(value).toString('base64'));
    if (!isTypedArray(value)) return this.#refuse('it is a DataView. Store a Uint8Array instead.');
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return tagged(Buffer.isBuffer(value) ? 'Buffer' : typedArrayName(value), base64);
  }

  #refuseLiving(value: object, kind: string): void {
    if (types.isPromise(value)) this.#refuse('it is a promise. Await it first.');
    if (kind.startsWith('[object Weak'))
      this.#refuse('it refers to objects weakly. Store a Map, a Set or the object instead.');
    if (ITERATOR.test(kind)) this.#refuse('it is an iterator. Store an array of its values instead.');
  }

  #toJson(value: object): unknown {
    const toJson = this.#read(value, 'toJSON');
    if (typeof toJson !== 'function') return value;
    try {
      return Reflect.apply(toJson, value, [String(this.#path.at(-1) ?? '')]) as unknown;
    } catch (error) {
      return this.#refuse('its toJSON threw an error.', error);
    }
  }

  #parts(value: object): unknown {
    return Array.isArray(value) ? this.#list(value) : this.#properties(value);
  }

  #list(items: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    // Holes are looked at too.
    for (let index = 0; index < items.length; index += 1) {
      this.#path.push(index);
      copy.push(this.convert(items[index]));
      this.#path.pop();
    }
    return copy;
  }

  #properties(value: object): unknown {
    const copy = {};
    for (const key of Object.keys(value)) {
      this.#path.push(key);
      setOwn(copy, key, this.convert(this.#read(value, key)));
      this.#path.pop();
    }
    return Object.hasOwn(copy, TAG) ? tagged('object', copy) : copy;
  }

  /** Getters and `toJSON` are the user's code. */
  #read(value: object, key: string): unknown {
    try {
      return Reflect.get(value, key) as unknown;
    } catch (error) {
      return this.#refuse('reading it threw an error.', error);
    }
  }

  #refuse(problem: string, cause?: unknown): never {
    throw new UnstorableValueError(pathText(this.#path), problem, cause);
  }
}

function isLiteral(value: object): boolean {
  return Array.isArray(value) || hasPlainPrototype(value);
}
