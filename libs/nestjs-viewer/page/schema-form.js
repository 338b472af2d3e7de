// @ts-check
import { h } from './dom.js';

/**
 * A form for a JSON Schema: texts, numbers, booleans, choices, objects; anything else is entered as JSON. The server checks what is sent.
 * @typedef {{ type?: string | string[], enum?: unknown[], const?: unknown, properties?: Record<string, Schema>, required?: string[], description?: string,
 *   title?: string, default?: unknown, minimum?: number, maximum?: number, minLength?: number, maxLength?: number, format?: string }} Schema
 * @typedef {{ element: HTMLElement, value: () => unknown }} Part
 */

/** @param {Schema | null} schema @returns {Part} */
export function formOf(schema) {
  if (schema === null) return jsonField('Input (JSON)', {}, false);
  return partOf('Input', schema, true);
}

/** @param {string} name @param {Schema} schema @param {boolean} required @returns {Part} */
function partOf(name, schema, required) {
  if (schema.properties) return objectField(name, schema);
  const label = [name, required ? ' *' : '', schema.description ? ` – ${schema.description}` : ''].join('');
  if (schema.enum) return choiceField(label, schema, schema.enum);
  if (schema.type === 'boolean') return booleanField(label, schema);
  if (schema.type === 'integer' || schema.type === 'number') return numberField(label, schema, required);
  if (schema.type === 'string') return textField(label, schema, required);
  return jsonField(`${label} (JSON)`, schema, required);
}

/** @param {string} name @param {Schema} schema @returns {Part} */
function objectField(name, schema) {
  const parts = Object.entries(schema.properties ?? {}).map(([key, each]) => {
    return /** @type {const} */ ([key, partOf(key, each, (schema.required ?? []).includes(key))]);
  });
  return {
    element: h('fieldset', {}, h('legend', {}, schema.title ?? name), ...parts.map(([, part]) => part.element)),
    value: () =>
      Object.fromEntries(parts.map(([key, part]) => [key, part.value()]).filter(([, value]) => value !== undefined)),
  };
}

/** @param {string} label @param {HTMLElement} control */
function field(label, control) {
  return h('p', { class: 'field' }, h('label', {}, label, control));
}

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
function textField(label, { minLength, maxLength, default: value }, required) {
  const input = h('input', {
    minlength: minLength,
    maxlength: maxLength,
    required,
    value: typeof value === 'string' ? value : '',
  });
  return { element: field(label, input), value: () => (input.value === '' && !required ? undefined : input.value) };
}

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
function numberField(label, { minimum, maximum, type, default: value }, required) {
  const input = h('input', {
    type: 'number',
    min: minimum,
    max: maximum,
    step: type === 'integer' ? 1 : 'any',
    required,
    value: typeof value === 'number' ? value : '',
  });
  return { element: field(label, input), value: () => (input.value === '' ? undefined : Number(input.value)) };
}

/** @param {string} label @param {Schema} schema @returns {Part} */
function booleanField(label, { default: value }) {
  const input = h('input', { type: 'checkbox', checked: value === true });
  return {
    element: h('p', { class: 'field' }, h('label', { class: 'row' }, input, label)),
    value: () => input.checked,
  };
}

/** @param {string} label @param {Schema} schema @param {unknown[]} values @returns {Part} */
function choiceField(label, { default: value }, values) {
  const select = h(
    'select',
    {},
    ...values.map((each, index) => h('option', { value: index, selected: each === value }, String(each))),
  );
  return { element: field(label, select), value: () => values[Number(select.value)] };
}

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
function jsonField(label, { default: value, type }, required) {
  const area = h('textarea', { spellcheck: 'false' });
  area.value = value === undefined ? (type === 'array' && required ? '[]' : '') : JSON.stringify(value, null, 2);
  return {
    element: field(label, area),
    value: () => {
      if (area.value.trim() === '') return undefined;
      try {
        return JSON.parse(area.value);
      } catch (error) {
        throw new Error(`${label}: ${error instanceof Error ? error.message : 'no JSON'}`, { cause: error });
      }
    },
  };
}
