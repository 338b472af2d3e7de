import type { Dispatcher } from '../runtime/dispatcher.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const BATCH = 1000;

/** Arms timers of parked instances that no process may have in memory any more: the safety net under {@link ArmedTimers} (E24). */
export function timerLoop(services: EngineServices, dispatcher: Dispatcher): Loop {
  const { settings, storage, registry, clock } = services;
  return new Loop(
    {
      name: 'romancy:timers',
      intervalMs: settings.timerMs,
      run: async () => {
        // Twice the interval ahead: what comes due before the next pass is armed by this one.
        const timers = await storage.timers.upcoming(registry.workflowNames, clock.now() + settings.timerMs * 2, BATCH);
        for (const timer of timers) {
          if (!dispatcher.isRunning(timer.instanceId)) dispatcher.timers.arm(timer.instanceId, timer.expiresAt);
        }
        return timers.length;
      },
    },
    clock,
    services.logger,
  );
}
