import { brand } from './brand.js';
import { type ErrorDetails, RomancyError } from './romancy-error.js';

export interface StepIdFields extends ErrorDetails {
  readonly stepId: string;
}

/** A step is asked for in a way, or under a name or key, that gives no usable id (E3a). The message names the problem and its cure. */
export class StepIdError extends RomancyError {
  static {
    brand(this, 'StepIdError');
  }

  readonly code = 'ROMANCY_STEP_ID';
  readonly retryable = false;
  readonly stepId: string;

  constructor(message: string, fields: StepIdFields) {
    super(message, { details: fields });
    this.stepId = fields.stepId;
  }
}
