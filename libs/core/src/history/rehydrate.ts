import { UnreadablePayloadError } from '../errors/unreadable-payload-error.js';
import { isTypedArrayName, typedArrayOf } from './binary-values.js';
import { setOwn, TAG } from './value-tag.js';

export type ErrorReader = (json: unknown) => Error;

/** Undoes `dehydrate`. What holds no tagged object is handed back as it is; the rest is copied, the given JSON is not changed. */
export function rehydrate(json: unknown, readError: ErrorReader): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return items(json, readError);
  const tag: unknown = Object.hasOwn(json, TAG) ? Reflect.get(json, TAG) : undefined;
  return typeof tag === 'string' ? untag(tag, Reflect.get(json, 'value'), readError) : properties(json, readError);
}

function items(json: readonly unknown[], readError: ErrorReader): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < json.length; index++) {
    const item = json[index];
    const revived = rehydrate(item, readError);
    if (revived !== item) (copy ??= [...json])[index] = revived;
  }
  return copy ?? json;
}

function properties(json: object, readError: ErrorReader): object {
  let copy: object | undefined;
  for (const key of Object.keys(json)) {
    const item: unknown = Reflect.get(json, key);
    const revived = rehydrate(item, readError);
    if (revived !== item) setOwn((copy ??= copyOf(json)), key, revived);
  }
  return copy ?? json;
}

function copyOf(json: object): object {
  const copy = {};
  for (const key of Object.keys(json)) setOwn(copy, key, Reflect.get(json, key));
  return copy;
}

function untag(tag: string, value: unknown, readError: ErrorReader): unknown {
  switch (tag) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(text(tag, value));
    case 'bigint':
      return attempt(tag, () => BigInt(text(tag, value)));
    case 'Date':
      return date(text(tag, value));
    case 'URL':
      return attempt(tag, () => new URL(text(tag, value)));
    case 'RegExp':
      return attempt(tag, () => new RegExp(part(tag, value, 'source'), part(tag, value, 'flags')));
    case 'Map':
      return new Map(list(tag, value).map((pair) => items(list(tag, pair), readError) as [unknown, unknown]));
    case 'Set':
      return new Set(items(list(tag, value), readError));
    case 'Error':
      return readError(value);
    case 'object':
      return typeof value === 'object' && value !== null ? properties(value, readError) : damaged(tag);
    default:
      return bytes(tag, value);
  }
}

function bytes(tag: string, value: unknown): unknown {
  if (tag === 'Buffer') return Buffer.from(text(tag, value), 'base64');
  if (tag === 'ArrayBuffer') return typedArrayOf('Uint8Array', Buffer.from(text(tag, value), 'base64')).buffer;
  if (isTypedArrayName(tag)) return attempt(tag, () => typedArrayOf(tag, Buffer.from(text(tag, value), 'base64')));
  throw new UnreadablePayloadError(`it holds a value of the unknown kind ${JSON.stringify(tag)}`);
}

function date(iso: string): Date {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? damaged('Date') : time;
}

function text(tag: string, value: unknown): string {
  return typeof value === 'string' ? value : damaged(tag);
}

function list(tag: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : damaged(tag);
}

function part(tag: string, value: unknown, key: string): string {
  return text(tag, typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined);
}

function attempt<T>(tag: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    return damaged(tag, error);
  }
}

function damaged(tag: string, cause?: unknown): never {
  throw new UnreadablePayloadError(`it holds a damaged value of kind ${JSON.stringify(tag)}`, cause);
}
