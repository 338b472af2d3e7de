/**
 * Posts the orders of orders.json to the running application (or waits a minute for one), decides about those that are to be approved, waits
 * for their outcomes and prints a table:
 *
 *   node examples/orders/post-orders.mjs [http://localhost:3000]
 *
 * Exits with 1 when an order gets no clear answer or no outcome in time.
 */
import { readFile } from 'node:fs/promises';

const base = process.argv[2] ?? 'http://localhost:3000';
const ended = ['completed', 'failed', 'cancelled'];
const patience = 60_000;

async function post(order) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(new URL('/orders', base), { method: 'POST', headers, body: JSON.stringify(order) });
  const body = await answer.json();
  const refused = body.errors?.map(({ message }) => message).join('; ');
  return { order, http: answer.status, instanceId: body.instanceId, refused };
}

/** The back office rejects a single order; the event is the same however often it is posted. */
async function decide(orderId) {
  const decision = orderId === 'ex-50' ? 'rejected' : 'approved';
  const event = { specversion: '1.0', id: orderId, source: '/back-office', type: 'order.decided' };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const body = JSON.stringify({ ...event, data: { orderId, decision, reason: 'The back office does not like it.' } });
  await fetch(new URL('/events', base), { method: 'POST', headers, body });
}

async function outcomeOf(orderId) {
  for (const until = Date.now() + patience; Date.now() < until;) {
    const answer = await fetch(new URL(`/orders/${encodeURIComponent(orderId)}`, base));
    const view = await answer.json();
    if (ended.includes(view.status)) return view;
    if (view.stage === 'awaiting approval') await decide(orderId);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { status: 'no outcome in time' };
}

function row({ order, http, refused }, view) {
  const { orderId = '', sku = '', quantity = '', email = '' } = order;
  const outcome = view?.status ?? (http === 400 ? 'refused' : 'no clear answer');
  const why = view ? (view.error?.message ?? '') : (refused ?? '');
  return { order: shorten(orderId, 24), sku: shorten(sku, 12), quantity, email, http, outcome, why: shorten(why, 70) };
}

function shorten(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The first `npm start` builds for a while before it listens. */
async function ready() {
  for (const until = Date.now() + patience; ;) {
    const answer = await fetch(new URL('/health/ready', base)).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) {
      console.error(
        `Nothing is ready at ${base}. Start the shop with \`npm start\`, or name its address as an argument.`,
      );
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await ready();
const orders = JSON.parse(await readFile(new URL('orders.json', import.meta.url), 'utf8'));
const posted = [];
for (const order of orders) posted.push(await post(order));
const rows = await Promise.all(
  posted.map(async (one) => row(one, one.http === 202 ? await outcomeOf(one.order.orderId) : undefined)),
);
console.table(rows);
const counts = {};
for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
console.log(counts);
if (rows.some(({ outcome }) => outcome.startsWith('no '))) process.exitCode = 1;
