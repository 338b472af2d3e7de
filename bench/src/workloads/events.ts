import { randomUUID } from 'node:crypto';
import { capability, distribution, expect, statementsSample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import type { Peer } from '../peer.js';
import { verify } from './throughput.js';

interface Parties {
  readonly start: NonNullable<Peer['startWait']>;
  readonly send: NonNullable<Peer['sendEvent']>;
  readonly result: NonNullable<Peer['waitResult']>;
  readonly statements?: Peer['statements'];
}

/** C: from sending an event until the workflow that waits for it has completed, in one process; then again when it is warm. */
export async function events({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const parties = {
    start: capability(opened, 'startWait'),
    send: capability(opened, 'sendEvent'),
    result: capability(opened, 'waitResult'),
    statements: opened.statements,
  };
  const { measured, sent } = await latencies(sizes.events, parties);
  await latencies(sizes.warmUp, parties);
  const { measured: warm } = await latencies(sizes.events, parties);
  await verify(opened, 2 * sizes.events + sizes.warmUp, 0);
  return [
    distribution('C', measured, 'ms'),
    distribution('C/warm', warm, 'ms'),
    ...statementsSample('C', [0, opened.statements && sent], sizes.events, 'per event'),
  ];
}

/** C, where one process sends and another one runs the workflow; the answer travels back through a message between them. */
export async function eventsAcross({ setup, sizes, peer, worker }: Bench): Promise<readonly Sample[]> {
  if (!setup.clientOnly) throw new NotApplicableError('it has no process that only sends');
  const runs = await worker();
  const sends = await peer();
  try {
    const { measured } = await latencies(sizes.events, {
      start: (id, steps) => runs.call('startWait', id, steps),
      send: capability(sends, 'sendEvent'),
      result: (id) => runs.call('waitResult', id),
    });
    await verify(sends, sizes.events, 0);
    return [distribution('C/two-processes', measured, 'ms')];
  } finally {
    await runs.kill();
  }
}

/** Also the statements sent from each event to its result; 0 of a peer that does not count them. */
async function latencies(
  count: number,
  { start, send, result, statements }: Parties,
): Promise<{ readonly measured: readonly number[]; readonly sent: number }> {
  const measured: number[] = [];
  let sent = 0;
  for (let payload = 1; payload <= count; payload += 1) {
    const id = randomUUID();
    await start(id, 0);
    const before = (await statements?.()) ?? 0;
    const started = performance.now();
    await send(id, payload);
    expect('The payload', await result(id), payload);
    measured.push(performance.now() - started);
    sent += ((await statements?.()) ?? 0) - before;
  }
  return { measured, sent };
}
