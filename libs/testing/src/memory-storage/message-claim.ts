import type { ClaimReport, CommitEntry, MessageRow } from '@romancy/core';
import type { Connection } from './connection.js';
import { atomicallyOrRefused, writeOrRefuse } from './refusal.js';

/** Takes the oldest message that nobody has, together with the entry: both or neither. */
export function claimMessage(
  connection: Connection,
  channel: string,
  record: (message: MessageRow) => CommitEntry,
): Promise<ClaimReport> {
  const { database } = connection;
  return connection.write({ name: 'messages.claim', write: true, instanceIds: [] }, (): ClaimReport => {
    const message = database.messages.ofChannel(channel).find(({ row }) => !database.claimed.has(row.id));
    if (message === undefined) return { kind: 'none' };
    return atomicallyOrRefused(database, (undo): ClaimReport => {
      writeOrRefuse(database, [record(message.row)], undo);
      database.messages.remove(message, undo);
      return { kind: 'claimed', message: message.row };
    });
  });
}
