import type { EventIssue } from '../events/event-issue.js';
import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/**
 * What is wrong with an event: `ParseError` (it cannot be decoded), `ValidationError` (it is no CloudEvent of version 1.0, or one that cannot be
 * stored), `DataError` (its data does not match a declared schema: that of the event, or of the input of a workflow that it would start).
 */
export type InvalidEventType = 'ParseError' | 'ValidationError' | 'DataError';

/** An event that is not accepted: nothing was stored, and sending it again does not help. */
export class InvalidEventError extends RomancyError {
  static {
    brand(this, 'InvalidEventError');
  }

  readonly code = 'ROMANCY_INVALID_EVENT';
  readonly retryable = false;
  readonly errorType: InvalidEventType;
  /** Everything that is wrong with it: the attribute, or the place in the data, and why. */
  readonly issues: readonly EventIssue[];

  constructor(errorType: InvalidEventType, issues: readonly EventIssue[], cause?: unknown) {
    const lines = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(`The event is refused, nothing was stored: ${lines.join('; ')}.`, {
      cause,
      details: { errorType, issues },
    });
    this.errorType = errorType;
    this.issues = issues;
  }
}
