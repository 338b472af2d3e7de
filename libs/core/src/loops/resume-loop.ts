import type { Dispatcher } from '../runtime/dispatcher.js';
import { pastConflicts } from '../runtime/past-conflicts.js';
import { Quarantine } from '../runtime/quarantine.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** An idle process looks so much less often than a busy one: seldom enough for its budget of queries, often enough to miss a dead worker soon. */
const IDLE_FACTOR = 1.25;

/**
 * Finds instances that can go on: handed back, started without a lock, left by a dead worker, or to be cancelled (E20). The same look shows
 * which workers are there (E19a).
 *
 * @param onGone another worker is there no more
 */
export function resumeLoop(services: EngineServices, dispatcher: Dispatcher, onGone: () => void): Loop {
  const { settings, storage, clock, judge } = services;
  const quarantine = new Quarantine((instanceId) => dispatcher.isRunning(instanceId), services.logger);
  let more = false;

  /** Answers how many were taken, and whether somebody is newly found to be gone. */
  async function pass(limit: number): Promise<{ readonly taken: number; readonly news: boolean }> {
    const scope = dispatcher.claimScope();
    const { runnable, workers } = await storage.leases.scan(scope, limit);
    const { liveness } = storage;
    const news = judge.note(workers, clock.now(), liveness.kind === 'none' ? undefined : liveness.epoch);
    if (news) onGone();
    const ids = quarantine.admit(runnable);
    if (ids.length === 0) return { taken: 0, news };
    const askedAt = clock.now();
    const claimed = await pastConflicts(() => storage.leases.claimThese(ids, scope, 'skip'));
    for (const instance of claimed) dispatcher.runClaimed(instance, { token: scope.token, askedAt });
    more = claimed.length >= limit;
    return { taken: claimed.length, news };
  }

  const loop = new Loop(
    {
      name: 'romancy:resume',
      intervalMs: settings.resumeMs,
      maxIntervalMs: settings.resumeMs * IDLE_FACTOR,
      within: () => Math.max(judge.dueAt - clock.now(), 0),
      run: async () => {
        more = false;
        const limit = Math.min(dispatcher.freeSlots, settings.resumeBatch);
        if (limit <= 0) {
          more = true;
          return 0;
        }
        const first = await pass(limit);
        if (!first.news) return first.taken;
        // What the dead worker has left behind.
        const second = await pass(Math.min(dispatcher.freeSlots, settings.resumeBatch));
        return first.taken + second.taken;
      },
    },
    clock,
    services.logger,
  );
  // Only a scan that could not take everything is repeated early: an idle process stays at its interval.
  dispatcher.onSlotFree = () => {
    if (!more) return;
    more = false;
    loop.wake();
  };
  return loop;
}
