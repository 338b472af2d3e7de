import { InvalidEventError } from '@romancy/core';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws InvalidEventError for what cannot be decoded */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw parseError(`${what} is not UTF-8`, error);
  }
}

/** @throws InvalidEventError for what is no JSON */
export function decodeJson(bytes: Uint8Array, what: string): unknown {
  const text = decodeText(bytes, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw parseError(`${what} is not JSON`, error);
  }
}

export function parseError(message: string, cause?: unknown): InvalidEventError {
  return new InvalidEventError('ParseError', [{ path: '', message }], cause);
}
