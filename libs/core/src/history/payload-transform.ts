import { UnreadablePayloadError } from '../errors/unreadable-payload-error.js';
import { TAG } from './value-tag.js';

/** A change of the encoded text before it is stored, and its exact undoing: compression, encryption. */
export interface PayloadTransform {
  /** Stored with each text, so never change it; a new method takes a new name. */
  readonly name: string;
  encode(text: string): string | Promise<string>;
  decode(text: string): string | Promise<string>;
}

export interface TransformChain {
  /** JSON text again: an object that holds the names and the changed text. */
  encode(text: string): Promise<string>;
  /** Texts that were stored without a chain are handed back as they are. */
  decode(text: string): Promise<string>;
}

const KIND = 'transformed';
const PREFIX = `{"${TAG}":"${KIND}",`;

/**
 * One chain out of several transforms: encoded in order, decoded backwards by the names that were stored. A transform that is no longer to
 * be used for writing stays readable as long as it is among `readable`.
 */
export function applyTransforms(
  transforms: readonly PayloadTransform[],
  readable: readonly PayloadTransform[] = [],
): TransformChain {
  const byName = new Map([...readable, ...transforms].map((transform) => [transform.name, transform]));
  const by = transforms.map((transform) => transform.name);
  return {
    async encode(text) {
      if (transforms.length === 0) return text;
      let value = text;
      for (const transform of transforms) value = await transform.encode(value);
      return `${PREFIX}${JSON.stringify({ by, value }).slice(1)}`;
    },
    async decode(text) {
      if (!text.startsWith(PREFIX)) return text;
      const stored = parse(text);
      let { value } = stored;
      for (const name of stored.by.toReversed()) value = await decodeBy(name, byName.get(name), value);
      return value;
    },
  };
}

/** The parsed JSON is what a chain has stored. */
export function isTransformed(json: unknown): boolean {
  return typeof json === 'object' && json !== null && TAG in json && json[TAG] === KIND;
}

function parse(text: string): { readonly by: readonly string[]; readonly value: string } {
  try {
    const { by, value } = JSON.parse(text) as { by: unknown; value: unknown };
    if (Array.isArray(by) && by.every((name) => typeof name === 'string') && typeof value === 'string')
      return { by, value };
  } catch (error) {
    throw new UnreadablePayloadError('it is not JSON', error);
  }
  throw new UnreadablePayloadError('it does not say how it was encoded');
}

async function decodeBy(name: string, transform: PayloadTransform | undefined, value: string): Promise<string> {
  if (transform === undefined)
    throw new UnreadablePayloadError(`it was written through "${name}", which is not configured here`);
  try {
    return await transform.decode(value);
  } catch (error) {
    throw new UnreadablePayloadError(`"${name}" could not decode it`, error);
  }
}
