import type { CommitEntry, NewSubscription, NewWait } from '@romancy/core';

/** What an entry does to one subscription. */
export interface SubscriptionChange {
  readonly channel: string;
  /** To be inserted unless there is one; where the entry moves it as well, it begins there. */
  readonly added: NewSubscription | null;
  /** New position; undefined keeps it. */
  readonly cursor: number | undefined;
}

/** What an entry does to subscriptions, waits and groups, cleared of what cancels out: removals come last. */
export interface MessagingRows {
  readonly subscriptions: readonly SubscriptionChange[];
  readonly removedChannels: readonly string[];
  readonly waits: readonly NewWait[];
  readonly removedWaits: readonly string[];
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

const NOTHING: MessagingRows = {
  subscriptions: [],
  removedChannels: [],
  waits: [],
  removedWaits: [],
  joined: [],
  left: [],
};

export function messagingRowsOf(entry: CommitEntry): MessagingRows {
  if (!hasMessagingRows(entry)) return NOTHING;
  const removedChannels = new Set(entry.removeSubscriptions);
  const removedWaits = new Set(entry.removeWaits);
  const left = new Set(entry.leaveGroups);
  // The first row of a key wins, as a stored one would.
  const waits = new Map(
    [...entry.addWaits].reverse().map((wait) => [JSON.stringify([wait.stepId, wait.channel]), wait]),
  );
  return {
    subscriptions: changesOf(entry).filter(({ channel }) => !removedChannels.has(channel)),
    removedChannels: [...removedChannels],
    waits: [...waits.values()]
      .reverse()
      .filter(({ stepId, channel }) => !removedWaits.has(stepId) && !removedChannels.has(channel)),
    removedWaits: [...removedWaits],
    joined: [...new Set(entry.joinGroups)].filter((group) => !left.has(group)),
    left: [...left],
  };
}

/** True if an entry changes subscriptions, waits or groups otherwise than by removing them all. */
export function hasMessagingRows(entry: CommitEntry): boolean {
  if (entry.cleanUp) return false;
  return (
    entry.addSubscriptions.length > 0 ||
    entry.removeSubscriptions.length > 0 ||
    entry.addWaits.length > 0 ||
    entry.removeWaits.length > 0 ||
    entry.cursors.length > 0 ||
    entry.joinGroups.length > 0 ||
    entry.leaveGroups.length > 0
  );
}

function changesOf(entry: CommitEntry): readonly SubscriptionChange[] {
  const cursors = new Map(entry.cursors.map(({ channel, cursor }) => [channel, cursor]));
  const added = new Map([...entry.addSubscriptions].reverse().map((row) => [row.channel, row]));
  const channels = new Set([...[...added.keys()].reverse(), ...cursors.keys()]);
  return [...channels].map((channel) => {
    const [row, cursor] = [added.get(channel), cursors.get(channel)];
    return {
      channel,
      added: row === undefined ? null : { ...row, cursor: cursor ?? row.cursor },
      cursor,
    };
  });
}

/** What a subscription has had beyond its cursor, as it is stored: ids of messages, and positions of keys where there are any. */
export function seenText({ seen, keys = {} }: Pick<NewSubscription, 'seen' | 'keys'>): string | null {
  if (Object.keys(keys).length > 0) return JSON.stringify({ ids: seen, keys });
  return seen.length === 0 ? null : JSON.stringify(seen);
}

/** The way back. */
export function readSeen(text: string | null): Pick<NewSubscription, 'seen' | 'keys'> {
  if (text === null) return { seen: [] };
  const stored = JSON.parse(text) as readonly number[] | { ids: readonly number[]; keys: Record<string, number> };
  return 'keys' in stored && 'ids' in stored ? { seen: stored.ids, keys: stored.keys } : { seen: stored };
}
