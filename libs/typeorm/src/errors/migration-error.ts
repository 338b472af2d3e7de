import { RomancyError } from '@romancy/core';

/** The tables are not there, or not as they must be, or could not be made. */
export class MigrationError extends RomancyError {
  readonly code = 'ROMANCY_MIGRATION';
  /** Versions that are not applied. */
  readonly pending: readonly string[];
  /** What is missing, as `table` or `table.column`. */
  readonly missing: readonly string[];

  constructor(
    message: string,
    options: {
      readonly pending?: readonly string[];
      readonly missing?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    const { pending = [], missing = [], cause } = options;
    super(message, { cause, details: { pending, missing } });
    this.pending = pending;
    this.missing = missing;
  }
}
