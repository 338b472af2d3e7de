// @ts-check
import { h } from './dom.js';

/**
 * The fields of a form, one for each kind of value.
 * @typedef {import('./schema-shape.js').Schema} Schema
 * @typedef {{ element: HTMLElement, value: () => unknown }} Part `value` is undefined where nothing is entered
 */

/** @param {string} label @param {HTMLElement} control */
function field(label, control) {
  return h('p', { class: 'field' }, h('label', {}, label, control));
}

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
export function textField(label, { minLength, maxLength, default: value }, required) {
  const input = h('input', {
    minlength: minLength,
    maxlength: maxLength,
    required,
    value: typeof value === 'string' ? value : '',
  });
  return { element: field(label, input), value: () => (input.value === '' && !required ? undefined : input.value) };
}

/** @param {string} label @param {Schema} schema @param {boolean} required @returns {Part} */
export function numberField(label, { minimum, maximum, type, default: value }, required) {
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
export function booleanField(label, schema, required) {
  const { default: value } = schema;
  if (!required && value === undefined) return choiceField(label, schema, [true, false], false);
  const input = h('input', { type: 'checkbox', checked: value === true });
  return {
    element: h('p', { class: 'field' }, h('label', { class: 'row' }, input, label)),
    value: () => input.checked,
  };
}

/** @param {string} label @param {Schema} schema @param {unknown[]} values @param {boolean} required @returns {Part} */
export function choiceField(label, { default: value }, values, required) {
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
export function jsonField(label, { default: value, type }, required) {
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
