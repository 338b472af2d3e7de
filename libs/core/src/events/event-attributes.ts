import { isWellFormed } from '../runtime/instance-id.js';
import type { ExtensionValue } from './cloud-event.js';
import { isTime } from './rfc3339.js';

/** Checks of the types of CloudEvents 1.0; each answers what is wrong, or nothing. */
type Check = (value: unknown) => string | undefined;

/** Channels, and columns, take no more. */
const LONGEST_TYPE = 200;
const LONGEST_TEXT = 2048;
const NAME = /^[a-z0-9]+$/;
const LONGEST_NAME = 100;
// eslint-disable-next-line no-control-regex -- these are what the specification forbids
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const NONCHARACTER = /[\ufdd0-\ufdef]|[\ufffe\uffff]/;
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[^"\\]*"))*\s*$/;
const LARGEST_INTEGER = 2_147_483_647;

const text: Check = (value) => {
  if (typeof value !== 'string') return 'it must be a text';
  if (value === '') return 'it must not be empty';
  if (value.length > LONGEST_TEXT) return `it has more than ${String(LONGEST_TEXT)} characters`;
  if (CONTROL.test(value)) return 'it holds control characters';
  if (!isWellFormed(value) || NONCHARACTER.test(value)) return 'it holds what is no Unicode character';
  return undefined;
};

const type: Check = (value) => {
  const problem = text(value);
  if (problem !== undefined || typeof value !== 'string') return problem;
  if (value.length > LONGEST_TYPE) return `it has more than ${String(LONGEST_TYPE)} characters`;
  return value === value.trimEnd() ? undefined : 'it ends in white space';
};

const uriReference: Check = (value) => {
  const problem = text(value);
  if (problem !== undefined) return problem;
  return URI_REFERENCE.test(value as string) ? undefined : 'it is no URI reference (RFC 3986)';
};

const uri: Check = (value) => {
  const problem = uriReference(value);
  if (problem !== undefined) return problem;
  return SCHEME.test(value as string) ? undefined : 'it is no absolute URI';
};

const mediaType: Check = (value) => {
  const problem = text(value);
  if (problem !== undefined) return problem;
  return MEDIA_TYPE.test(value as string) ? undefined : 'it is no media type (RFC 2046)';
};

const time: Check = (value) => {
  const problem = text(value);
  if (problem !== undefined) return problem;
  return isTime(value as string) ? undefined : 'it is no time of RFC 3339, for example 2026-01-31T12:00:00Z';
};

/** The attributes of the specification, by name. */
export const ATTRIBUTES: Readonly<Record<string, Check>> = {
  specversion: (value) => (value === '1.0' ? undefined : 'it must be "1.0"'),
  id: text,
  source: uriReference,
  type,
  subject: text,
  time,
  datacontenttype: mediaType,
  dataschema: uri,
};

export const REQUIRED_ATTRIBUTES = ['specversion', 'id', 'source', 'type'] as const;

export function extensionProblem(name: string, value: unknown): string | undefined {
  if (!NAME.test(name)) return 'the name of an extension consists of the letters a to z and digits';
  if (name.length > LONGEST_NAME) return `the name has more than ${String(LONGEST_NAME)} characters`;
  if (isExtensionValue(value)) return typeof value === 'string' && value !== '' ? text(value) : undefined;
  return 'an extension is a text, a boolean or a whole number of 32 bits';
}

export function isExtensionValue(value: unknown): value is ExtensionValue {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST_INTEGER;
}
