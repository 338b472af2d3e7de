import type { Bench, Sample } from '../bench.js';
import { events, eventsAcross } from './events.js';
import { fanOut } from './fan-out.js';
import { finished } from './finished.js';
import { grownHistory, grownInstances, grownSubscribers, grownWorkers } from './growth.js';
import { history, resume } from './history.js';
import { idle } from './idle.js';
import { latency } from './latency.js';
import { recur } from './recur.js';
import { takeOver } from './take-over.js';
import { business, throughput } from './throughput.js';
import { timers } from './timers.js';
import { workers } from './workers.js';

type Run = (bench: Bench) => Promise<readonly Sample[]>;

/** What one workload measures; each part runs in processes of its own against a fresh database. */
export const WORKLOADS: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  A: { '': throughput, business },
  B: { '': latency },
  C: { '': events, across: eventsAcross },
  D: { '': timers },
  E: { '': history, resume },
  F: { '': fanOut },
  G: { '': takeOver },
  H: { '': finished },
  I: { '': workers },
  recur: { '': recur },
  idle: { '': idle },
  growth: {
    instances: grownInstances,
    history: grownHistory,
    subscribers: grownSubscribers,
    workers: grownWorkers,
  },
};
