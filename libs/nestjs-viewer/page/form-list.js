// @ts-check
import { h } from './dom.js';

/** @typedef {import('./form-fields.js').Part} Part */

/**
 * A list, to which items are added and from which they are taken.
 * @param {string} name @param {{ title?: string, minItems?: number }} schema @param {boolean} required
 * @param {(label: string) => Part} itemOf builds the fields of an item
 * @returns {Part}
 */
export function listField(name, { title, minItems = 0 }, required, itemOf) {
  /** @type {Set<Part>} */
  const items = new Set();
  const list = h('ul', { class: 'items' });
  const more = h('button', { type: 'button', onclick: () => add(true) }, `Add to ${name}`);
  let count = 0;

  /** @param {boolean} entered somebody is there to go on in it */
  function add(entered) {
    const label = `${name} ${++count}`;
    const item = itemOf(label);
    const remove = () => {
      items.delete(item);
      row.remove();
      more.focus();
    };
    const row = h('li', {}, item.element, h('button', { type: 'button', onclick: remove }, `Remove ${label}`));
    items.add(item);
    list.append(row);
    if (entered) /** @type {HTMLElement | null} */ (row.querySelector('input, select, textarea'))?.focus();
  }

  for (let index = 0; required && index < minItems; index++) add(false);
  return {
    element: h('fieldset', {}, h('legend', {}, title ?? name, required ? ' *' : ''), list, more),
    value: () => {
      const values = [...items].map((item) => item.value() ?? null);
      return required || values.length > 0 ? values : undefined;
    },
  };
}
