import type { ChannelMode } from '../definition/messages.js';
import { ChannelModeConflictError } from '../errors/channel-mode-conflict-error.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { NewSubscription } from '../ports/subscription.js';
import type { ActiveTurn } from './active-turn.js';
import { EntryDraft } from './entry-draft.js';
import { storedAs } from './receive-plan.js';
import { SubscriptionState } from './subscription-state.js';
import { untilStored } from './until-stored.js';

/**
 * Subscribes the instance to a channel, with the row that records it, in one transaction. Must be called from a task of the inbox.
 * `over` when the turn has to end.
 */
export async function subscribe(
  turn: ActiveTurn,
  channel: string,
  mode: ChannelMode,
  row?: () => NewHistoryRow,
): Promise<'done' | 'over' | ChannelModeConflictError> {
  const { memory, journal, services, instance } = turn;
  const stored = storedAs(channel, mode, turn.root);
  const request = {
    ...stored,
    hold: { instanceId: instance.instanceId, token: journal.token },
    from: mode === 'direct' ? ('beginning' as const) : ('now' as const),
  };
  memory.dirty = true;
  const report = await untilStored(turn, () =>
    journal.alone((toEntry) =>
      services.storage.messages.subscribe(request, () => {
        const own = new EntryDraft();
        if (row) own.history.push(row());
        return toEntry(own);
      }),
    ),
  );
  if (report?.kind === 'conflict') return new ChannelModeConflictError(channel, report.mode, mode);
  if (report?.kind !== 'done') return 'over';
  adopt(turn, report.subscription);
  return 'done';
}

/** Waits that are open keep the state that they know: it becomes the subscription. */
function adopt({ memory }: ActiveTurn, subscription: NewSubscription): void {
  const earlier = memory.subscriptions.get(subscription.channel);
  if (earlier) earlier.become(subscription);
  else memory.subscriptions.set(subscription.channel, new SubscriptionState(subscription));
}
