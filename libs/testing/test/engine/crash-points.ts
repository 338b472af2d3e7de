import { isDeepStrictEqual } from 'node:util';
import type { Worker } from './worker.js';

/** Loops ask the same again and again: a few of their calls stand for all. */
const REPEATED =
  /^(leases\.scan|liveness\.\w+|leadership\.\w+|leases\.renew|timers\.upcoming|databaseNow|messages\.(?:poll|stranded))#(\d+) /;

/** Notes every moment at which the process of a run could die; answers the labels when it is over. */
export async function crashPoints(drive: (prepare: (worker: Worker) => void) => Promise<unknown>): Promise<string[]> {
  const labels: string[] = [];
  await drive((worker) => worker.storage.faults.intercept((point) => void labels.push(point.label)));
  return labels.filter((label) => Number(REPEATED.exec(label)?.[2] ?? 1) <= 2);
}

/** In words, what of a run is not as in the undisturbed one. */
export function differences<Observation extends object>(seen: Observation, expected: Observation): string[] {
  const keys = Object.keys(expected) as (keyof Observation & string)[];
  return keys
    .filter((key) => !isDeepStrictEqual(seen[key], expected[key]))
    .map((key) => `${key} is ${JSON.stringify(seen[key])} instead of ${JSON.stringify(expected[key])}`);
}
