import type { PollState } from '../ports/message.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const BATCH = 1000;

/**
 * Hears of messages that other processes publish, where no notification tells: one indexed query at each interval, and only while this process
 * knows of an instance that waits for one (E26).
 *
 * @param compareAll compares all stored waits with all stored messages, soon
 */
export function messageLoop(services: EngineServices, compareAll: () => void): Loop {
  const { settings, storage, waitIndex, postOffice, clock, logger } = services;
  let state: PollState | undefined;
  let asleep = false;
  const dormant = (): boolean => waitIndex.size === 0 || storage.notifications?.listening === true;
  const loop = new Loop(
    {
      name: 'romancy:messages',
      intervalMs: settings.messageMs,
      dormant,
      background: true,
      run: async () => {
        asleep = dormant();
        if (asleep) {
          state = undefined;
          return 0;
        }
        if (!state) {
          state = await storage.messages.pollStart();
          // What came before the poll began is looked for once: the waits are older than the poll.
          postOffice.missed();
          if (waitIndex.hasOffered) compareAll();
          return 1;
        }
        const poll = await storage.messages.poll(state, BATCH);
        state = poll.state;
        postOffice.announced(poll.messages);
        return poll.messages.length;
      },
    },
    clock,
    logger,
  );
  waitIndex.onFirst = () => {
    if (asleep) loop.wake();
  };
  return loop;
}
