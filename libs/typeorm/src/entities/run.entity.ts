import { defineEntity } from './define-entity.js';
import { wholeNumber } from './transformers.js';

export interface RunRecord {
  readonly instance_id: string;
  readonly takeovers: number;
  readonly next_run_at: number;
}

export const RunEntity = defineEntity<RunRecord>('RomancyRun', 'romancy_runs', {
  instance_id: { type: 'varchar', primary: true },
  takeovers: { type: 'int', transformer: wholeNumber },
  next_run_at: { type: 'bigint', transformer: wholeNumber },
});
