import type { BoundedCount, OutboxStatus, StatusCount, StepTiming, SystemLock } from '../ports/inspection.js';
import type { WorkerRow } from '../ports/liveness.js';
import type { Storage } from '../ports/storage.js';

/** No count goes further: what is to be seen is that there are many. */
const COUNTED = 10_000;
const WINDOW = 3_600_000;
const STEPS = 2000;
const SLOWEST = 10;

/** How long the steps of one name took, of the newest ones within the window. */
export interface ActivityDuration {
  readonly name: string;
  readonly count: number;
  readonly averageMs: number;
  readonly longestMs: number;
  /** The instance with the longest one. */
  readonly instanceId: string;
}

/** A worker process, with the instances that it holds. Times are milliseconds. */
export interface WorkerSummary extends WorkerRow {
  readonly instances: number;
  readonly earliestExpiry: number | null;
}

/** The database as a whole, as it is now. */
export interface Overview {
  /** The database's clock, milliseconds. */
  readonly now: number;
  readonly database: string;
  readonly instances: readonly StatusCount[];
  /** Since the beginning of the window. */
  readonly lastHour: { readonly started: BoundedCount; readonly ended: readonly StatusCount[] };
  /** By the longest step, the slowest first. */
  readonly slowest: readonly ActivityDuration[];
  readonly workers: readonly WorkerSummary[];
  /** Instances held by a process that is not on the list of workers: a dead one, or a sibling's. */
  readonly otherHolders: readonly { readonly workerId: string; readonly instances: number }[];
  readonly leaders: readonly SystemLock[];
  readonly outbox: readonly StatusCount<OutboxStatus>[];
}

export async function readOverview(storage: Storage): Promise<Overview> {
  const { inspection } = storage;
  const now = await storage.databaseNow();
  const counts = await inspection.counts(COUNTED);
  const leases = await inspection.leases(COUNTED);
  const workers = await storage.liveness.list();
  const listed = new Set(workers.map(({ workerId }) => workerId));
  return {
    now,
    database: storage.dialect,
    ...counts,
    lastHour: await inspection.activity(now - WINDOW, COUNTED),
    slowest: slowestOf(await inspection.timings(now - WINDOW, STEPS)),
    workers: workers.map((worker) => {
      const held = leases.find(({ workerId }) => workerId === worker.workerId);
      return { ...worker, instances: held?.instances ?? 0, earliestExpiry: held?.earliestExpiry ?? null };
    }),
    otherHolders: leases
      .filter(({ workerId }) => !listed.has(workerId))
      .map(({ workerId, instances }) => ({ workerId, instances })),
    leaders: await inspection.locks(),
  };
}

function slowestOf(timings: readonly StepTiming[]): readonly ActivityDuration[] {
  const byName = new Map<string, StepTiming[]>();
  for (const timing of timings) {
    const name = nameOf(timing.stepId);
    byName.set(name, [...(byName.get(name) ?? []), timing]);
  }
  return [...byName]
    .map(([name, steps]) => {
      const longest = steps.reduce((a, b) => (b.durationMs > a.durationMs ? b : a));
      const total = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const { durationMs: longestMs, instanceId } = longest;
      return { name, count: steps.length, averageMs: Math.round(total / steps.length), longestMs, instanceId };
    })
    .sort((a, b) => b.longestMs - a.longestMs)
    .slice(0, SLOWEST);
}

/** `charge:2` and `charge:=customer-7` are steps of `charge` (E3a). */
function nameOf(stepId: string): string {
  return stepId.replace(/:(?:\d+|=.*)$/s, '');
}
