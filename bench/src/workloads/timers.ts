import { setTimeout as delay } from 'node:timers/promises';
import { capability, distribution, statementsSample, type Bench, type Sample } from '../bench.js';

const BETWEEN_STARTS_MS = 50;

/** D: by how much a durable sleep ends too late, with starts spread out and all at once. */
export async function timers({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const sleep = capability(opened, 'sleep');
  const before = await opened.statements?.();
  const spread: Promise<number>[] = [];
  for (let n = 0; n < sizes.spread; n += 1) {
    spread.push(sleep(sizes.sleepMs));
    await delay(BETWEEN_STARTS_MS);
  }
  const late = await Promise.all(spread);
  const after = await opened.statements?.();
  const atOnce = await Promise.all(Array.from({ length: sizes.burst }, () => sleep(sizes.sleepMs)));
  for (const value of [...late, ...atOnce]) {
    // Wall clocks count milliseconds: a fraction of one is no early wake-up.
    if (value < -1) throw new Error(`A sleep ended ${String(-value)} ms too early.`);
  }
  return [
    distribution('D/spread', late, 'ms'),
    distribution('D/at-once', atOnce, 'ms'),
    ...statementsSample('D', [before, after], sizes.spread),
  ];
}
