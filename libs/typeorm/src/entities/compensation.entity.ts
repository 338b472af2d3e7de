import { defineEntity } from './define-entity.js';
import { wholeNumber } from './transformers.js';

export interface CompensationRecord {
  readonly id: number;
  readonly instance_id: string;
  readonly activity_id: string;
  readonly activity_name: string;
  readonly args: string;
}

export const CompensationEntity = defineEntity<CompensationRecord>('RomancyCompensation', 'workflow_compensations', {
  id: { type: 'bigint', primary: true, generated: true, transformer: wholeNumber },
  instance_id: { type: 'varchar' },
  activity_id: { type: 'varchar' },
  activity_name: { type: 'varchar' },
  args: { type: 'text' },
});
