import type { MessageRow, NewMessage } from '@romancy/core';
import type { UndoLog } from './undo-log.js';

/** How long a sibling's message counts as young: its id may have been committed after greater ones. */
const YOUNG = 60_000;

/** The table of messages: ordered by id, as a whole and per channel. */
export class MessageTable {
  readonly #rows: MessageRow[] = [];
  readonly #channels = new Map<string, MessageRow[]>();
  readonly #messageIds = new Set<string>();
  #lastId = 0;

  takeId(): number {
    return ++this.#lastId;
  }

  /** False if there is a message with its message id: that one stays. */
  insert(message: NewMessage, undo: UndoLog): boolean {
    if (this.#messageIds.has(message.messageId)) return false;
    this.add({ ...message, id: this.takeId(), foreign: false });
    undo.add(() => this.#delete(message.channel, message.messageId));
    return true;
  }

  /** Puts it where its id belongs, which need not be the end. */
  add(row: MessageRow): void {
    this.#messageIds.add(row.messageId);
    insertOrdered(this.#rows, row);
    insertOrdered(this.#ofChannel(row.channel), row);
  }

  remove(row: MessageRow, undo: UndoLog): void {
    this.#delete(row.channel, row.messageId);
    undo.add(() => this.add(row));
  }

  /** Notes the key of a message that has none yet. */
  setKey(id: number, key: string): void {
    const row = this.get(id);
    if (row?.key !== null) return;
    this.#delete(row.channel, row.messageId);
    this.add({ ...row, key });
  }

  ofChannel(channel: string): readonly MessageRow[] {
    return this.#channels.get(channel) ?? [];
  }

  /** Those with a greater id. */
  above(id: number): readonly MessageRow[] {
    const first = this.#rows.findLastIndex((row) => row.id <= id) + 1;
    return this.#rows.slice(first);
  }

  get(id: number): MessageRow | undefined {
    const row = this.#rows.findLast((each) => each.id <= id);
    return row?.id === id ? row : undefined;
  }

  /** Messages published before a time, with ids above this one. */
  olderThan(time: number, after: number): readonly MessageRow[] {
    return this.#rows.filter(({ id, publishedAt }) => id > after && publishedAt < time);
  }

  /** Greatest id that is stored, in this channel or at all; 0 where there is none. */
  greatest(channel?: string): number {
    const rows = channel === undefined ? this.#rows : this.ofChannel(channel);
    return rows.at(-1)?.id ?? 0;
  }

  #ofChannel(channel: string): MessageRow[] {
    const rows = this.#channels.get(channel) ?? [];
    this.#channels.set(channel, rows);
    return rows;
  }

  #delete(channel: string, messageId: string): void {
    this.#messageIds.delete(messageId);
    for (const rows of [this.#rows, this.#ofChannel(channel)]) {
      const index = rows.findIndex((row) => row.messageId === messageId);
      if (index >= 0) rows.splice(index, 1);
    }
  }
}

export function isYoung(row: MessageRow, now: number): boolean {
  return row.foreign && row.publishedAt > now - YOUNG;
}

function insertOrdered(rows: MessageRow[], row: MessageRow): void {
  const place = rows.findLastIndex((each) => each.id < row.id) + 1;
  rows.splice(place, 0, row);
}
