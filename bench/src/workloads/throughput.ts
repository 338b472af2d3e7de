import { monitorEventLoopDelay } from 'node:perf_hooks';
import { capability, expect, sample, statementsSample, type Bench, type Sample } from '../bench.js';
import { inLanes } from '../lanes.js';
import { expectedSum, type FiveInput, type Peer } from '../peer.js';
import { serverCpu } from '../server-cpu.js';
import { count, execute } from '../sql/connection.js';
import { businessTable, COUNTS } from '../sql/statements.js';

export const STEPS = 5;

/** A: *five*, many callers at once; and where the time goes: statements, CPU of client and server, delay of the event loop. */
export async function throughput({ setup, sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const cpuOfServer = opened.serverCpu ?? (() => serverCpu(setup));
  const [statements, cpu] = [await opened.statements?.(), await cpuOfServer()];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  delay.enable();
  const perSecond = opened.fives
    ? await timed(opened.fives, sizes.workflows)
    : await many(opened.five, sizes.workflows, setup.concurrency);
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  const cpuAfter = await cpuOfServer();
  const statementsAfter = await opened.statements?.();
  await verify(opened, sizes.workflows);
  const each = (value: number): number => value / sizes.workflows;
  return [
    sample('A', perSecond, 'workflows/s'),
    sample('A/client-cpu', each(user + system), 'µs/workflow'),
    sample('A/loop-delay', delay.percentile(50) / 1e6, 'ms', delay.percentile(95) / 1e6),
    ...(cpu === null || cpuAfter === null ? [] : [sample('A/server-cpu', each((cpuAfter - cpu) * 1e6), 'µs/workflow')]),
    ...statementsSample('A', [statements, statementsAfter], sizes.workflows),
  ];
}

/** A, where each activity writes a row of the application in the transaction of its record. */
export async function business({ setup, sizes, peer }: Bench): Promise<readonly Sample[]> {
  const { db, url, concurrency } = setup;
  await execute(db, url, businessTable(db));
  const opened = await peer();
  const perSecond = await many(capability(opened, 'business'), sizes.workflows, concurrency);
  await verify(opened, sizes.workflows);
  expect('Rows of the application', await count(db, url, COUNTS.business), sizes.workflows * STEPS);
  return [sample('A/business', perSecond, 'workflows/s')];
}

/** Workflows per second, each with the right sum. */
export async function many(
  run: (input: FiveInput) => Promise<number>,
  workflows: number,
  concurrency: number,
): Promise<number> {
  const one = async (i: number): Promise<void> =>
    expect('The sum of a workflow', await run({ i, steps: STEPS }), expectedSum(STEPS));
  return timed(() => inLanes(workflows, concurrency, one), workflows);
}

async function timed(run: (workflows: number) => Promise<void>, workflows: number): Promise<number> {
  const started = performance.now();
  await run(workflows);
  return workflows / ((performance.now() - started) / 1000);
}

export async function verify(peer: Peer, workflows: number, steps = STEPS): Promise<void> {
  const { completed, results } = await peer.stored();
  expect('Completed workflows in the store', completed, workflows);
  expect('Results in the store', results, workflows * steps);
}
