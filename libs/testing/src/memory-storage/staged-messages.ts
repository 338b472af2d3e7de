import type { NewMessage, PublishedTo } from '@romancy/core';
import type { Connection } from './connection.js';
import type { MemoryDatabase, StagedMessage } from './memory-database.js';
import { put, remove, type UndoLog } from './undo-log.js';

/** What its own process has not moved for so long is left over. */
const LEFT_OVER = 5_000;

export function stageMessage(database: MemoryDatabase, message: NewMessage, undo: UndoLog): void {
  put(database.staged, database.nextId(), { message, stagedAt: database.now() }, undo);
}

export function moveStaged(
  connection: Connection,
  messageIds: readonly string[] | null,
): Promise<readonly PublishedTo[]> {
  const { database } = connection;
  const isAsked = ({ message, stagedAt }: StagedMessage): boolean =>
    messageIds === null ? stagedAt <= database.now() - LEFT_OVER : messageIds.includes(message.messageId);
  const asked = [...database.staged.values()].filter(isAsked);
  const channels = asked.map(({ message }) => message.channel);
  return connection.write({ name: 'messages.moveStaged', write: true, channels }, () =>
    database.atomically((undo) => {
      const moved = [...database.staged].filter(([, staged]) => isAsked(staged));
      for (const [id, { message }] of moved) {
        database.messages.insert(message, undo);
        remove(database.staged, id, undo);
      }
      return distinct(moved.map(([, { message }]) => message));
    }),
  );
}

function distinct(messages: readonly NewMessage[]): readonly PublishedTo[] {
  const targets = messages.map(({ channel, key }) => ({ channel, key }));
  return [...new Map(targets.map((target) => [JSON.stringify([target.channel, target.key]), target])).values()];
}
