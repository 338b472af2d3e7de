import type { Dispatcher } from '../runtime/dispatcher.js';
import type { ParkedWaits } from '../runtime/parked-waits.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const BATCH = 100;

/**
 * The safety net under all wake-ups by message (E25): instances that wait for what is stored already, because a process died between a message
 * and its announcement. It also takes over the waits of processes that are gone, moves messages whose caller died between its commit and the move,
 * and brings siblings what they have missed.
 */
export function strandedLoop(services: EngineServices, dispatcher: Dispatcher, parkedWaits: ParkedWaits): Loop {
  const { settings, storage, registry, clock, logger, postOffice } = services;
  return new Loop(
    {
      name: 'romancy:stranded',
      intervalMs: settings.strandedMs,
      run: async () => {
        const moved = await storage.messages.moveStaged(null);
        postOffice.published(moved);
        // Before the comparison: a message that comes after that is heard of.
        await parkedWaits.pass();
        const stranded = await storage.messages.stranded(registry.workflowNames, BATCH);
        for (const instanceId of stranded) dispatcher.wake(instanceId);
        const siblings = await storage.messages.strandedSiblings(BATCH);
        for (const sibling of siblings) await storage.messages.push(sibling);
        return stranded.length + moved.length + siblings.length;
      },
    },
    clock,
    logger,
  );
}
