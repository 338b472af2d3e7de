import { RomancyError } from '@romancy/core';

/** SQLite's only connection was not free in time; the message names who held it. */
export class GateTimeoutError extends RomancyError {
  readonly code = 'ROMANCY_SQLITE_GATE_TIMEOUT';
  readonly holder: string;
  readonly heldMs: number;

  constructor(waiter: string, holder: string, heldMs: number, waitedMs: number) {
    super(
      `${waiter} waited ${waitedMs} ms for the SQLite connection, which ${holder} has held for ${heldMs} ms. SQLite has one writer: keep ` +
        `transactions short, and inside one use its own manager instead of the DataSource (which waits for that very transaction).`,
      { details: { waiter, holder, heldMs, waitedMs } },
    );
    this.holder = holder;
    this.heldMs = heldMs;
  }
}
