// @ts-check
import { get, post } from './api.js';
import { ask, complain, readOnly } from './ask.js';
import { h } from './dom.js';
import { formOf } from './schema-form.js';

/** @param {HTMLElement} main @returns {() => void} */
export function showStart(main) {
  let left = false;
  void get('workflows').then(({ workflows }) => {
    // Whoever has gone on to another page meanwhile keeps that.
    if (!left) build(main, workflows);
  }, complain);
  return () => {
    left = true;
  };
}

/** @param {HTMLElement} main @param {{ name: string, inputSchema: object | null }[]} workflows */
function build(main, workflows) {
  const heading = h('h1', {}, 'Start a workflow');
  if (readOnly) return main.replaceChildren(heading, h('p', {}, 'This viewer only shows.'));
  if (workflows.length === 0) return main.replaceChildren(heading, h('p', {}, 'This application has no workflows.'));
  const place = h('div', {});
  const errors = h('div', { role: 'alert' });
  const id = h('input', { name: 'instanceId', autocomplete: 'off' });
  /** @type {{ value: () => unknown, element: HTMLElement }} */
  let form;
  const choose = () => {
    form = formOf(workflows.find(({ name }) => name === select.value)?.inputSchema ?? null);
    place.replaceChildren(form.element);
    errors.replaceChildren();
  };
  const select = h(
    'select',
    { name: 'workflow', onchange: choose },
    ...workflows.map(({ name }) => h('option', { value: name }, name)),
  );
  choose();
  main.replaceChildren(
    heading,
    h(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          void submit(select.value, () => form.value(), id.value.trim(), errors);
        },
      },
      h('p', { class: 'field' }, h('label', {}, 'Workflow', select)),
      h('p', { class: 'field' }, h('label', {}, 'Instance id (optional)', id)),
      place,
      errors,
      h('button', { type: 'submit', class: 'main' }, 'Start'),
    ),
  );
}

/** @param {string} workflow @param {() => unknown} read @param {string} instanceId @param {HTMLElement} errors */
async function submit(workflow, read, instanceId, errors) {
  errors.replaceChildren();
  try {
    const input = read();
    const yes = await ask({ title: `Start ${workflow}?`, text: 'It begins at once.', action: 'Start it' });
    if (yes === null) return;
    const started = await post('instances', { workflow, input, ...(instanceId === '' ? {} : { instanceId }) });
    location.hash = `/instances/${encodeURIComponent(started.instanceId)}`;
  } catch (error) {
    const fields = /** @type {{ errors?: { field: string, message: string }[] }} */ (error).errors ?? [];
    const lines = fields.map(({ field, message }) => h('li', {}, field === '' ? message : `${field}: ${message}`));
    const text = error instanceof Error ? error.message : String(error);
    errors.replaceChildren(h('p', { class: 'bad' }, text), h('ul', {}, ...lines));
  }
}
