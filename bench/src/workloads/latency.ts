import { distribution, expect, sample, type Bench, type Sample } from '../bench.js';
import { expectedSum } from '../peer.js';
import { STEPS, verify } from './throughput.js';

/** B: one *five* at a time, from the start until its result is with the caller. */
export async function latency({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const measured: number[] = [];
  const statements = await opened.statements?.();
  for (let i = 0; i < sizes.rounds; i += 1) {
    const started = performance.now();
    expect('The sum of a workflow', await opened.five({ i, steps: STEPS }), expectedSum(STEPS));
    measured.push(performance.now() - started);
  }
  const after = await opened.statements?.();
  await verify(opened, sizes.rounds);
  return [
    distribution('B', measured, 'ms'),
    ...(statements === undefined || after === undefined
      ? []
      : [sample('B/statements', (after - statements) / sizes.rounds, 'per workflow')]),
  ];
}
