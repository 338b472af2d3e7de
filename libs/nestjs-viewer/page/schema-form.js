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
  if (schema.properties) return objectField(name, schema, required);
  const label = [name, required ? ' *' : '', schema.description ? ` – ${schema.description}` : ''].join('');
  if (schema.enum) return choiceField(label, schema, schema.enum, required);
  if (schema.type === 'boolean') return booleanField(label, schema, required);
  if (schema.type === 'integer' || schema.type === 'number') return numberField(label, schema, required);
  if (schema.type === 'string') return textField(label, schema, required);
  return jsonField(`${label} (JSON)`, schema, required);
}

/**
 * An object that may be left out is left out where nothing of it is entered, so that nothing in it is required or filled in before.
 * @param {string} name @param {Schema} schema @param {boolean} required @returns {Part}
 */
function objectField(name, schema, required) {
  const parts = Object.entries(schema.properties ?? {}).map(([key, each]) => {
    const part = required
      ? partOf(key, each, (schema.required ?? []).includes(key))
      : partOf(key, { ...each, default: undefined }, false);
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

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
function booleanField(label, schema, required) {
  const { default: value } = schema;
  if (!required && value === undefined) return choiceField(label, schema, [true, false], false);
  const input = h('input', { type: 'checkbox', checked: value === true });
  return {
    element: h('p', { class: 'field' }, h('label', { class: 'row' }, input, label)),
    value: () => input.checked,
  };
}

/** @param {string} label @param {Schema} schema @param {unknown[]} values @param {boolean} required @returns {Part} */
function choiceField(label, { default: value }, values, required) {
  const select = h(
    'select',
    {},
    required || value !== undefined ? null : h('option', { value: '' }, '–'),
    ...values.map((each, index) => h('option', { value: index, selected: each === value }, String(each))),
  );
  return {
    element: field(label, select),
    value: () => (select.value === '' ? undefined : values[Number(select.value)]),
  };
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
