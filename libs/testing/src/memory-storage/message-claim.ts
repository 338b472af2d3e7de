import type { ClaimReport, CommitEntry, MessageRow } from '@romancy/core';
import type { Connection, Plan } from './connection.js';
import { rowsOf } from './entry-writer.js';
import { atomicallyOrRefused, writeOrRefuse } from './refusal.js';

/** Takes the oldest message that nobody has or is taking, together with the entry: both or neither. */
export function claimMessage(
  connection: Connection,
  channel: string,
  record: (message: MessageRow) => CommitEntry,
): Promise<ClaimReport> {
  const { database } = connection;
  return connection.transact('messages.claim', {}, (): Plan<ClaimReport> => {
    const message = database.messages
      .ofChannel(channel)
      .find(({ id }) => !database.claimed.has(id) && !database.isLocked({ messages: [id] }));
    if (message === undefined) return { answer: { kind: 'none' } };
    const entry = record(message);
    const apply = (): ClaimReport =>
      atomicallyOrRefused(database, (undo): ClaimReport => {
        writeOrRefuse(database, [entry], undo);
        database.messages.remove(message, undo);
        return { kind: 'claimed', message };
      });
    return { entries: [entry], ...rowsOf([entry]), holds: { messages: [message.id] }, apply };
  });
}
