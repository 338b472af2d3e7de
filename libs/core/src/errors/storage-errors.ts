import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** The database cannot be reached or refuses to work right now. Nothing was written; the engine tries again. */
export class StorageUnavailableError extends RomancyError {
  static {
    brand(this, 'StorageUnavailableError');
  }

  readonly code = 'ROMANCY_STORAGE_UNAVAILABLE';
}

/** A deadlock, a serialization failure or a lock time-out: nothing was written, the same write is tried again at once. */
export class SerializationConflictError extends RomancyError {
  static {
    brand(this, 'SerializationConflictError');
  }

  readonly code = 'ROMANCY_SERIALIZATION_CONFLICT';
}

/** A group of entries hit a unique key or a value that cannot be stored. Nothing of the group was written. */
export class EntryConflictError extends RomancyError {
  static {
    brand(this, 'EntryConflictError');
  }

  readonly code = 'ROMANCY_ENTRY_CONFLICT';
  /** `unique`: a row with that key exists. `value`: the database refuses a value. `definition`: the workflow's definition row is missing. */
  readonly conflict: 'unique' | 'value' | 'definition';

  constructor(conflict: 'unique' | 'value' | 'definition', message: string, cause?: unknown) {
    super(message, { cause, details: { conflict } });
    this.conflict = conflict;
  }
}

/** The connection died while a COMMIT was under way: it is unknown whether it took effect (E9b). */
export class CommitUnknownError extends RomancyError {
  static {
    brand(this, 'CommitUnknownError');
  }

  readonly code = 'ROMANCY_COMMIT_UNKNOWN';
}
