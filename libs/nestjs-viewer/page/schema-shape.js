// @ts-check
/**
 * A JSON Schema, as far as a form reads it.
 * @typedef {{ type?: string | string[], enum?: unknown[], properties?: Record<string, Schema>, required?: string[], description?: string, title?: string,
 *   default?: unknown, minimum?: number, maximum?: number, minLength?: number, maxLength?: number, minItems?: number, items?: Schema, $ref?: string,
 *   anyOf?: Schema[], oneOf?: Schema[] }} Schema
 * @typedef {{ schema: Schema, nullable: boolean, open: readonly string[] }} Shape `open`: the references that have led here
 */

/**
 * What stands behind a schema's references and alternatives; undefined where a form has no end, or no one shape.
 * @param {Schema} schema @param {Schema} root @param {readonly string[]} open @returns {Shape | undefined}
 */
export function shapeOf(schema, root, open) {
  const { $ref, anyOf, oneOf, ...rest } = schema;
  if ($ref !== undefined) {
    const target = open.includes($ref) ? undefined : targetOf($ref, root);
    return target && shapeOf({ ...target, ...rest }, root, [...open, $ref]);
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) {
    const real = choices.filter(({ type }) => type !== 'null');
    const one = real.length > 1 && real.every(isPlainText) ? { type: 'string' } : real[0];
    if (one === undefined || (real.length > 1 && one === real[0])) return undefined;
    const shape = shapeOf({ ...one, ...rest }, root, open);
    return shape && { ...shape, nullable: shape.nullable || real.length < choices.length };
  }
  if (!Array.isArray(schema.type)) return { schema, nullable: false, open };
  const [type, ...others] = schema.type.filter((each) => each !== 'null');
  if (type === undefined || others.length > 0) return undefined;
  return { schema: { ...schema, type }, nullable: schema.type.includes('null'), open };
}

/** @param {Schema} schema */
function isPlainText(schema) {
  return schema.type === 'string' && schema.enum === undefined;
}

/** @param {string} reference `#/$defs/Line` @param {Schema} root @returns {Schema | undefined} */
function targetOf(reference, root) {
  if (!reference.startsWith('#')) return undefined;
  /** @type {any} */
  let target = root;
  for (const name of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return undefined;
    target = target[key];
  }
  return typeof target === 'object' && target !== null ? target : undefined;
}
