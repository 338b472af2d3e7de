import type { Dispatcher } from '../runtime/dispatcher.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Renews what this process holds, for as long as bodies run (E18), and hears of lost leases and of cancel requests from elsewhere (E28). */
export function leaseLoop(services: EngineServices, dispatcher: Dispatcher): Loop {
  const { settings, storage, clock } = services;
  return new Loop(
    {
      name: 'romancy:leases',
      intervalMs: settings.leaseRenewMs,
      run: async () => {
        const holds = dispatcher.holds();
        if (holds.length === 0) return 0;
        const askedAt = clock.now();
        const report = await storage.leases.renew(holds, settings.leaseMs);
        const lost = new Set(report.lost);
        for (const { instanceId, token } of holds) {
          // A turn that ended meanwhile has given its lease back; only the one that was asked about can have lost it.
          if (dispatcher.tokenOf(instanceId) !== token) continue;
          const turn = dispatcher.turnOf(instanceId);
          if (lost.has(instanceId)) turn?.suspectLost();
          else turn?.lease.confirm(askedAt);
        }
        for (const { instanceId, reason } of report.cancelRequested)
          dispatcher.turnOf(instanceId)?.requestCancel(reason);
        return holds.length;
      },
    },
    clock,
    services.logger,
  );
}
