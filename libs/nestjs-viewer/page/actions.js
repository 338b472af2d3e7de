// @ts-check
import { instancePath, post } from './api.js';
import { ask, complain, notify, readOnly } from './ask.js';
import { h } from './dom.js';

/** What can be done with an instance. @param {any} detail */
export function actionsOf({ instanceId, status, ours, block, takeovers }) {
  if (!ours)
    return h(
      'p',
      { class: 'faint' },
      'Another framework runs this instance: it is shown, and steered by its own tools.',
    );
  if (readOnly) return null;
  const ended = ['completed', 'failed', 'cancelled', 'recurred'].includes(status);
  const retryable = status === 'failed' || status === 'cancelled' || block !== null || takeovers !== null;
  return h(
    'div',
    { class: 'bar' },
    ended ? null : h('button', { type: 'button', class: 'danger', onclick: () => void cancel(instanceId) }, 'Cancel'),
    retryable ? h('button', { type: 'button', onclick: () => void retry(instanceId, ended) }, 'Retry') : null,
    ended ? null : h('button', { type: 'button', onclick: () => void send(instanceId) }, 'Send an event'),
  );
}

/** @param {string} id */
async function cancel(id) {
  const reason = await ask({
    title: 'Cancel this instance?',
    text: 'What it has done is undone where the workflow says how. This cannot be taken back.',
    action: 'Cancel it',
    danger: true,
    field: 'Reason',
  });
  if (reason === null) return;
  await post(`${instancePath(id)}/cancel`, { reason }).then(() => notify('Cancellation is asked for.'), complain);
}

/** @param {string} id @param {boolean} ended */
async function retry(id, ended) {
  const text = ended
    ? 'A new instance starts with the same input. This one stays as it is.'
    : 'It runs on. Where the code still does not fit, it is blocked again.';
  if ((await ask({ title: 'Retry this instance?', text, action: 'Retry it' })) === null) return;
  try {
    const report = await post(`${instancePath(id)}/retry`);
    notify(report.kind === 'restarted' ? `Started as ${report.instanceId}.` : 'It goes on.');
    if (report.kind === 'restarted') location.hash = `/instances/${encodeURIComponent(report.instanceId)}`;
  } catch (error) {
    complain(error);
  }
}

/** @param {string} instanceId */
async function send(instanceId) {
  const type = await ask({
    title: 'Send an event',
    text: 'To this instance alone: which type?',
    action: 'Next',
    field: 'Type',
  });
  if (type === null || type === '') return;
  const text = await ask({ title: `Send ${type}`, text: 'Its data, as JSON.', action: 'Send it', field: 'Data' });
  if (text === null) return;
  try {
    const data = text.trim() === '' ? {} : { data: JSON.parse(text) };
    await post('events', { type, instanceId, ...data });
    notify('The event is stored.');
  } catch (error) {
    complain(error);
  }
}
