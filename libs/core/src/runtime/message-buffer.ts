import type { MessageRow } from '../ports/message.js';
import type { OpenReceive } from './open-receive.js';

/** Messages that a turn has pulled and not yet delivered. While the lease holds, nobody else delivers them. */
export class MessageBuffer {
  readonly #rows = new Map<number, MessageRow>();

  add(rows: readonly MessageRow[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
  }

  /** The oldest message for this wait. */
  find(open: OpenReceive): MessageRow | undefined {
    let oldest: MessageRow | undefined;
    for (const row of this.#rows.values()) {
      if (!open.listensTo(row.channel) || (oldest !== undefined && oldest.id < row.id)) continue;
      if (open.accepts(row)) oldest = row;
    }
    return oldest;
  }

  remove(message: MessageRow): void {
    this.#rows.delete(message.id);
  }
}
