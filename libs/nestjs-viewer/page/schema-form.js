// @ts-check
import { h } from './dom.js';
import { booleanField, choiceField, jsonField, numberField, textField } from './form-fields.js';
import { listField } from './form-list.js';
import { shapeOf } from './schema-shape.js';

/**
 * A form for a JSON Schema: texts, numbers, booleans, choices, objects, lists; anything else is entered as JSON. The server checks what is sent.
 * @typedef {import('./schema-shape.js').Schema} Schema
 * @typedef {import('./form-fields.js').Part} Part
 */

/** @param {Schema | null} schema @returns {Part} */
export function formOf(schema) {
  if (schema === null) return jsonField('Input (JSON)', {}, false);
  return partOf('Input', schema, true, { root: schema, open: ['#'] });
}

/** @typedef {{ root: Schema, open: readonly string[] }} Place the whole schema, and the references that have led to a part of it */

/** @param {string} name @param {Schema} part @param {boolean} required @param {Place} place @returns {Part} */
function partOf(name, part, required, { root, open }) {
  const shape = shapeOf(part, root, open);
  if (shape?.nullable) return nullableField(fieldOf(name, shape.schema, false, { root, open: shape.open }), required);
  return fieldOf(name, shape?.schema ?? { description: part.description }, required, {
    root,
    open: shape?.open ?? open,
  });
}

/** @param {string} name @param {Schema} schema @param {boolean} required @param {Place} place @returns {Part} */
function fieldOf(name, schema, required, place) {
  const { type, items } = schema;
  if (schema.properties) return objectField(name, schema, required, place);
  // A list of anything is as well entered as JSON, and so is one that is filled in before.
  const isList =
    type === 'array' && items !== undefined && Object.keys(items).length > 0 && schema.default === undefined;
  if (isList) return listField(name, schema, required, (label) => partOf(label, items, true, place));
  const label = [name, required ? ' *' : '', schema.description ? ` – ${schema.description}` : ''].join('');
  if (schema.enum) return choiceField(label, schema, schema.enum, required);
  if (type === 'boolean') return booleanField(label, schema, required);
  if (type === 'integer' || type === 'number') return numberField(label, schema, required);
  if (type === 'string') return textField(label, schema, required);
  return jsonField(`${label} (JSON)`, schema, required);
}

/**
 * An object that may be left out is left out where nothing of it is entered, so that nothing in it is required or filled in before.
 * @param {string} name @param {Schema} schema @param {boolean} required @param {Place} place @returns {Part}
 */
function objectField(name, schema, required, place) {
  const parts = Object.entries(schema.properties ?? {}).map(([key, each]) => {
    const part = required
      ? partOf(key, each, (schema.required ?? []).includes(key), place)
      : partOf(key, { ...each, default: undefined }, false, place);
    return /** @type {const} */ ([key, part]);
  });
  return {
    element: h('fieldset', {}, h('legend', {}, schema.title ?? name), ...parts.map(([, part]) => part.element)),
    value: () => {
      const entries = parts.map(([key, part]) => [key, part.value()]).filter(([, value]) => value !== undefined);
      return required || entries.length > 0 ? Object.fromEntries(entries) : undefined;
    },
  };
}

/** Nothing entered is null where there has to be a value. @param {Part} part @param {boolean} required @returns {Part} */
function nullableField({ element, value }, required) {
  return { element, value: () => value() ?? (required ? null : undefined) };
}
