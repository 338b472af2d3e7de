import { EntitySchema } from 'typeorm';
import { wholeNumber } from './transformers.js';

export interface CompensationRecord {
  readonly id: number;
  readonly instance_id: string;
  readonly activity_id: string;
  readonly activity_name: string;
  readonly args: string;
}

export const CompensationEntity = new EntitySchema<CompensationRecord>({
  name: 'RomancyCompensation',
  tableName: 'workflow_compensations',
  synchronize: false,
  columns: {
    id: { type: 'bigint', primary: true, generated: true, transformer: wholeNumber },
    instance_id: { type: 'varchar' },
    activity_id: { type: 'varchar' },
    activity_name: { type: 'varchar' },
    args: { type: 'text' },
  },
});
