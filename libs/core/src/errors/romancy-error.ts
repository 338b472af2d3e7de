import { brand, carriesBrand } from './brand.js';

export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface RomancyErrorOptions {
  readonly cause?: unknown;
  /** Machine-readable facts: ids, names, limits. Never payloads or secrets. */
  readonly details?: ErrorDetails;
}

/**
 * Base of every error of the framework (A8): a stable `code` that has a page in docs/errors, a message that says what to do next, and
 * machine fields in `details`. `instanceof` holds across copies of the package and for errors rebuilt from history (E7), so a subclass
 * must not rely on private fields or on its constructor having run.
 */
export abstract class RomancyError extends Error {
  static {
    brand(this, 'RomancyError');
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(this, value) || carriesBrand(this, value);
  }

  /** Stable, documented in `docs/errors/<code>.md`. */
  abstract readonly code: string;
  readonly details: ErrorDetails;

  constructor(message: string, options: RomancyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? {};
  }
}
