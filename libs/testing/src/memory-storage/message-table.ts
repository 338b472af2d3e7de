import type { MessageRow, NewMessage } from '@romancy/core';
import type { UndoLog } from './undo-log.js';

/** How long a sibling's message counts as young: its id may have been committed after greater ones. */
const YOUNG = 60_000;

export interface MessageRecord {
  readonly row: MessageRow;
}

/** The table of messages: ordered by id, as a whole and per channel. */
export class MessageTable {
  readonly #records: MessageRecord[] = [];
  readonly #channels = new Map<string, MessageRecord[]>();
  readonly #messageIds = new Set<string>();
  #lastId = 0;

  takeId(): number {
    return ++this.#lastId;
  }

  /** False if there is a message with its message id: that one stays. */
  insert(message: NewMessage, undo: UndoLog): boolean {
    if (this.#messageIds.has(message.messageId)) return false;
    this.add({ row: { ...message, id: this.takeId(), foreign: false } });
    undo.add(() => this.#delete(message.channel, message.messageId));
    return true;
  }

  /** Puts it where its id belongs, which need not be the end. */
  add(record: MessageRecord): void {
    this.#messageIds.add(record.row.messageId);
    insertOrdered(this.#records, record);
    insertOrdered(this.#ofChannel(record.row.channel), record);
  }

  remove(record: MessageRecord, undo: UndoLog): void {
    this.#delete(record.row.channel, record.row.messageId);
    undo.add(() => this.add(record));
  }

  /** Notes the key of a message that has none yet. */
  setKey(id: number, key: string): void {
    const record = this.#records.find(({ row }) => row.id === id);
    if (record?.row.key !== null) return;
    this.#delete(record.row.channel, record.row.messageId);
    this.add({ ...record, row: { ...record.row, key } });
  }

  ofChannel(channel: string): readonly MessageRecord[] {
    return this.#channels.get(channel) ?? [];
  }

  /** Those with a greater id. */
  above(id: number): readonly MessageRecord[] {
    const first = this.#records.findLastIndex(({ row }) => row.id <= id) + 1;
    return this.#records.slice(first);
  }

  get(id: number): MessageRecord | undefined {
    const record = this.#records.findLast(({ row }) => row.id <= id);
    return record?.row.id === id ? record : undefined;
  }

  /** Greatest id that is stored, in this channel or at all; 0 where there is none. */
  greatest(channel?: string): number {
    const records = channel === undefined ? this.#records : this.ofChannel(channel);
    return records.at(-1)?.row.id ?? 0;
  }

  #ofChannel(channel: string): MessageRecord[] {
    const records = this.#channels.get(channel) ?? [];
    this.#channels.set(channel, records);
    return records;
  }

  #delete(channel: string, messageId: string): void {
    this.#messageIds.delete(messageId);
    for (const records of [this.#records, this.#ofChannel(channel)]) {
      const index = records.findIndex(({ row }) => row.messageId === messageId);
      if (index >= 0) records.splice(index, 1);
    }
  }
}

export function isYoung({ row }: MessageRecord, now: number): boolean {
  return row.foreign && row.publishedAt > now - YOUNG;
}

function insertOrdered(records: MessageRecord[], record: MessageRecord): void {
  const place = records.findLastIndex(({ row }) => row.id < record.row.id) + 1;
  records.splice(place, 0, record);
}
