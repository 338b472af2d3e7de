import { defineEntity } from './define-entity.js';
import { wholeNumber } from './transformers.js';

export interface AttemptRecord {
  readonly instance_id: string;
  readonly step_id: string;
  readonly attempt: number;
  readonly next_at: number;
  readonly first_started_at: number;
  readonly errors: string;
}

export const AttemptEntity = defineEntity<AttemptRecord>('RomancyAttempt', 'romancy_attempts', {
  instance_id: { type: 'varchar', primary: true },
  step_id: { type: 'varchar', primary: true },
  attempt: { type: 'int', transformer: wholeNumber },
  next_at: { type: 'bigint', transformer: wholeNumber },
  first_started_at: { type: 'bigint', transformer: wholeNumber },
  errors: { type: 'text' },
});
