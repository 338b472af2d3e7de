// @ts-check
import { h } from './dom.js';

/**
 * Asks before something is done. Resolves with the text that was entered (empty without a field), or with null when it is not to be done.
 * @param {{ title: string, text: string, action: string, danger?: boolean, field?: string }} question
 * @returns {Promise<string | null>}
 */
export function ask({ title, text, action, danger = false, field }) {
  return new Promise((resolve) => {
    const input = field === undefined ? null : h('input', { id: 'ask-field', maxlength: 2000 });
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'ask-title' },
      h('h2', { id: 'ask-title' }, title),
      h('p', {}, text),
      input && h('p', {}, h('label', { for: 'ask-field' }, field, input)),
      h(
        'div',
        { class: 'bar' },
        h('button', { type: 'button', class: danger ? 'danger' : 'main', onclick: () => dialog.close('yes') }, action),
        h('button', { type: 'button', onclick: () => dialog.close('') }, 'Leave it'),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? (input?.value ?? '') : null);
    });
    input?.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') dialog.close('yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {string} text */
export function notify(text) {
  const notice = document.getElementById('notice');
  if (!notice) return;
  notice.textContent = text;
  setTimeout(() => {
    if (notice.textContent === text) notice.textContent = '';
  }, 6000);
}

/** @param {unknown} error */
export function complain(error) {
  notify(error instanceof Error ? error.message : String(error));
}

export const readOnly = document.documentElement.dataset['readOnly'] === 'true';
