import { EntitySchema } from 'typeorm';
import { wholeNumber } from './transformers.js';

export interface RunRecord {
  readonly instance_id: string;
  readonly takeovers: number;
  readonly next_run_at: number;
}

export const RunEntity = new EntitySchema<RunRecord>({
  name: 'RomancyRun',
  tableName: 'romancy_runs',
  synchronize: false,
  columns: {
    instance_id: { type: 'varchar', primary: true },
    takeovers: { type: 'int', transformer: wholeNumber },
    next_run_at: { type: 'bigint', transformer: wholeNumber },
  },
});
