import { distribution, expect, statementsSample, type Bench, type Sample } from '../bench.js';
import { expectedSum, type Peer } from '../peer.js';
import { STEPS, verify } from './throughput.js';

/** B: one *five* at a time, from the start until its result is with the caller; then again when the process is warm. */
export async function latency({ sizes, peer }: Bench): Promise<readonly Sample[]> {
  const opened = await peer();
  const statements = await opened.statements?.();
  const measured = await latencies(opened, sizes.rounds);
  const after = await opened.statements?.();
  await latencies(opened, sizes.warmUp);
  const warm = await latencies(opened, sizes.rounds);
  await verify(opened, 2 * sizes.rounds + sizes.warmUp);
  return [
    distribution('B', measured, 'ms'),
    distribution('B/warm', warm, 'ms'),
    ...statementsSample('B', [statements, after], sizes.rounds),
  ];
}

async function latencies({ five }: Peer, rounds: number): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const started = performance.now();
    expect('The sum of a workflow', await five({ i, steps: STEPS }), expectedSum(STEPS));
    measured.push(performance.now() - started);
  }
  return measured;
}
