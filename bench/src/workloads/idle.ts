import { setTimeout as delay } from 'node:timers/promises';
import { sample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import { inLanes } from '../lanes.js';
import type { WorkerProcess } from '../worker-process.js';

const STARTERS = 100;

/** idle: statements per second and resident memory of a process in which nothing runs, and with many parked instances stored. */
export async function idle({ setup, sizes, worker }: Bench): Promise<readonly Sample[]> {
  if (setup.peer !== 'romancy') throw new NotApplicableError('it is about our process');
  const alone = await worker();
  await delay(sizes.settleMs);
  const before = await alone.call('statements');
  await delay(sizes.idleMs);
  const perSecond = ((await alone.call('statements')) - before) / (sizes.idleMs / 1000);
  const empty = await memory(alone);
  await inLanes(sizes.parked, STARTERS, (n) => alone.call('startWait', `parked-${String(n)}`, 0));
  await alone.stop();
  const next = await worker();
  await delay(sizes.settleMs);
  const full = await memory(next);
  await next.stop();
  return [
    sample('idle/statements', perSecond, 'per second'),
    sample('idle/memory', empty, 'MiB'),
    sample(`idle/memory-${String(sizes.parked)}-parked`, full, 'MiB'),
  ];
}

async function memory(worker: WorkerProcess): Promise<number> {
  return (await worker.call('memory')).now / 2 ** 20;
}
