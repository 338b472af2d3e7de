import type { Dispatcher } from '../runtime/dispatcher.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Renews what this process holds, for as long as bodies run (E18), and hears of lost leases and of cancel requests from elsewhere (E28). */
export function leaseLoop(services: EngineServices, dispatcher: Dispatcher): Loop {
  const { settings, storage } = services;
  return new Loop(
    {
      name: 'romancy:leases',
      intervalMs: settings.leaseRenewMs,
      run: async () => {
        const holds = dispatcher.holds();
        if (holds.length === 0) return 0;
        const tokens = new Map(holds.map((hold) => [hold.instanceId, hold.token]));
        const report = await storage.leases.renew(holds, settings.leaseMs);
        for (const instanceId of report.lost) {
          // A turn that ended meanwhile has given its lease back; only the one that was asked about can have lost it.
          if (dispatcher.tokenOf(instanceId) === tokens.get(instanceId)) dispatcher.turnOf(instanceId)?.suspectLost();
        }
        for (const { instanceId, reason } of report.cancelRequested)
          dispatcher.turnOf(instanceId)?.requestCancel(reason);
        return holds.length;
      },
    },
    services.clock,
    services.logger,
  );
}
