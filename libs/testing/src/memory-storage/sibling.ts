import type { InstanceRow, InstanceStatus, MessageBody, MessageRow } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';
import { definitionKey } from './start-writer.js';

/** What another framework of the family does to the shared database. */
export class MemorySibling {
  constructor(private readonly database: MemoryDatabase) {}

  /** Takes the id of a message now; the answer commits it, and tells the id. */
  beginMessage(message: MessageBody & Pick<MessageRow, 'channel' | 'messageId' | 'metadata'>): () => number {
    const id = this.database.messages.takeId();
    const publishedAt = this.database.now();
    return () => {
      this.database.messages.add({ ...message, id, key: null, publishedAt, foreign: true });
      return id;
    };
  }

  claim(messageId: string): void {
    const message = this.database.messages.above(0).find((each) => each.messageId === messageId);
    if (message === undefined) throw new Error(`There is no message ${messageId}.`);
    this.database.claimed.add(message.id);
  }
}

export interface ForeignInstanceRow {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly framework: string;
  readonly status: InstanceStatus;
}

/** Inserts an instance with its definition. */
export function insertForeign(database: MemoryDatabase, foreign: ForeignInstanceRow): void {
  const now = database.now();
  const definition = { workflowName: foreign.workflowName, sourceHash: 'foreign', sourceCode: '' };
  database.definitions.set(definitionKey(definition.workflowName, definition.sourceHash), definition);
  database.atomically((undo) => database.insert({ ...FOREIGN_ROW, ...foreign, startedAt: now, updatedAt: now }, undo));
}

const FOREIGN_ROW: Omit<InstanceRow, 'startedAt' | 'updatedAt' | keyof ForeignInstanceRow> = {
  sourceHash: 'foreign',
  ownerService: '',
  currentActivityId: null,
  continuedFrom: null,
  input: '{}',
  output: null,
  lockedBy: null,
  lockExpiresAt: null,
  stage: null,
  cancelRequestedAt: null,
  cancelReason: null,
  chain: null,
  startedBy: null,
  trace: null,
};
