import { receivedRow } from '../messages/message-rows.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { ActiveTurn } from './active-turn.js';
import { EntryDraft } from './entry-draft.js';
import type { OpenReceive } from './open-receive.js';
import { untilStored } from './until-stored.js';
import { tellMessage } from './wait-hooks.js';

/**
 * Takes the oldest message of a competing channel and records it in one transaction. Answers the row; `none` when no message is left, `over` when
 * the turn has to end.
 */
export async function claimMessage(turn: ActiveTurn, open: OpenReceive): Promise<NewHistoryRow | 'none' | 'over'> {
  const { memory, journal, services } = turn;
  const channel = open.subscriptions[0]?.channel ?? open.command.channel;
  let taken: NewHistoryRow | undefined;
  const report = await untilStored(turn, () =>
    journal.alone((toEntry) =>
      services.storage.messages.claim(channel, (message) => {
        const own = new EntryDraft();
        taken = receivedRow(open.command, message, journal.stamp());
        own.history.push(taken);
        tellMessage(turn, own, open.command, message);
        if (memory.storedWaits.has(open.stepId)) own.messaging.removeWaits.push(open.stepId);
        return toEntry(own);
      }),
    ),
  );
  if (report?.kind === 'none') return 'none';
  if (report?.kind === 'claimed' && taken) return taken;
  // This instance was woken for the message and ends instead: somebody else waits for it, too.
  services.postOffice.published([{ channel, key: null }]);
  return 'over';
}
