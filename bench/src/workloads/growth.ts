import { setTimeout as delay } from 'node:timers/promises';
import { capability, distribution, expect, sample, type Bench, type Sample } from '../bench.js';
import { NotApplicableError } from '../not-applicable.error.js';
import type { Peer } from '../peer.js';
import { seedFinished } from '../sql/finished.js';
import type { WorkerProcess } from '../worker-process.js';
import { resumption, stepCost } from './history.js';
import { many, STEPS } from './throughput.js';

const LOOKS = 20;

/**
 * A hundredth, a tenth, and all of it. Before the first one is measured each workload runs once: a process that has just started is slower than
 * any size makes it.
 */
function tenfold(most: number): readonly number[] {
  return [most / 100, most / 10, most].map(Math.ceil);
}

/** growth, instances: what a workflow, a look for work and a page of the list cost with ever more finished instances stored. */
export async function grownInstances({ setup, sizes, peer }: Bench): Promise<readonly Sample[]> {
  ours(setup.peer);
  const opened = await peer();
  const run = (): Promise<number> => many(opened.five, sizes.workflows, setup.concurrency);
  await run();
  const samples: Sample[] = [];
  const stages = tenfold(sizes.grown);
  let already = 0;
  for (const stored of stages) {
    await seedFinished(setup, stored, already);
    already = stored;
    const name = `growth/instances/${String(stored)}`;
    const before = await statementsOf(opened);
    const perSecond = await run();
    const statements = (await statementsOf(opened)) - before;
    samples.push(
      sample(name, 1000 / perSecond, 'ms/workflow'),
      sample(`${name}/statements`, statements / sizes.workflows, 'per workflow'),
      distribution(`${name}/scan`, await looks(capability(opened, 'scan')), 'ms'),
      distribution(`${name}/list`, await looks(capability(opened, 'list')), 'ms'),
    );
  }
  const ran = (1 + stages.length) * sizes.workflows;
  expect('Completed workflows in the store', (await opened.stored()).completed, ran + sizes.grown);
  return samples;
}

/** growth, history: what a step costs, and the resumption in a new process, of ever longer workflows. */
export async function grownHistory(bench: Bench): Promise<readonly Sample[]> {
  ours(bench.setup.peer);
  const samples: Sample[] = [];
  const stages = tenfold(bench.sizes.steps);
  const [first = 1] = stages;
  let results = 0;
  for (const steps of stages) {
    const name = `growth/history/${String(steps)}`;
    const worker = await bench.worker();
    const five: Peer['five'] = (input) => worker.call('five', input);
    await stepCost(five, first);
    const before = await worker.call('statements');
    const cost = await stepCost(five, steps);
    const statements = (await worker.call('statements')) - before;
    // Nobody else is there who could resume what the next ones leave.
    await worker.stop();
    results += first + 2 * steps;
    const { took } = await resumption(bench, `long-${String(steps)}`, steps, results);
    samples.push(
      sample(name, cost, 'ms/step'),
      sample(`${name}/statements`, statements / steps, 'per step'),
      sample(`${name}/resume`, took, 'ms'),
    );
  }
  return samples;
}

/** growth, subscribers: from one publication until ever more waiting subscribers have completed with it. */
export async function grownSubscribers({ setup, sizes, peer }: Bench): Promise<readonly Sample[]> {
  ours(setup.peer);
  const opened = await peer();
  const samples: Sample[] = [];
  const stages = tenfold(sizes.subscribers);
  let completed = 0;
  for (const subscribers of [...stages.slice(0, 1), ...stages]) {
    const name = `growth/subscribers/${String(subscribers)}`;
    await capability(opened, 'subscribe')(subscribers);
    const before = await statementsOf(opened);
    const started = performance.now();
    await capability(opened, 'publish')();
    const took = performance.now() - started;
    const statements = (await statementsOf(opened)) - before;
    completed += subscribers;
    expect('Completed workflows in the store', (await opened.stored()).completed, completed);
    samples.push(sample(name, took, 'ms/publish'), sample(`${name}/statements`, statements, 'per publish'));
  }
  return samples.slice(2);
}

/** growth, workers: throughput of ever more processes on one database, and what they ask it when there is nothing to do. */
export async function grownWorkers({ setup, sizes, worker }: Bench): Promise<readonly Sample[]> {
  ours(setup.peer);
  if (setup.db === 'sqlite') throw new NotApplicableError('a file is written by one process at a time');
  const samples: Sample[] = [];
  let stored = 0;
  for (const processes of [1, sizes.processes]) {
    const name = `growth/workers/${String(processes)}`;
    const team: WorkerProcess[] = [];
    while (team.length < processes) team.push(await worker());
    await delay(sizes.settleMs);
    const before = await sumOf(team, 'statements');
    await delay(sizes.idleMs);
    const idle = (await sumOf(team, 'statements')) - before;
    const each = Math.ceil(sizes.workflows / processes);
    const started = performance.now();
    await Promise.all(team.map((member) => member.call('manyFives', each)));
    const took = performance.now() - started;
    stored += each * processes;
    expect('Completed workflows in the store', (await team[0]?.call('stored'))?.completed ?? 0, stored);
    expect('Bodies run', await sumOf(team, 'bodies'), each * processes * STEPS);
    samples.push(
      sample(name, (each * processes) / (took / 1000), 'workflows/s'),
      sample(`${name}/idle`, idle / (sizes.idleMs / 1000), 'statements/s of all'),
    );
    await Promise.all(team.map((member) => member.stop()));
  }
  return samples;
}

function ours(peer: string): void {
  if (peer !== 'romancy') throw new NotApplicableError('growth is measured of romancy alone');
}

function statementsOf(peer: Peer): Promise<number> {
  return capability(peer, 'statements')();
}

async function sumOf(team: readonly WorkerProcess[], method: 'statements' | 'bodies'): Promise<number> {
  const numbers = await Promise.all(team.map((member) => member.call(method)));
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** Milliseconds of each of some looks. */
async function looks(look: () => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let index = 0; index < LOOKS; index += 1) {
    const started = performance.now();
    await look();
    took.push(performance.now() - started);
  }
  return took;
}
