import type { LivenessKind } from '@romancy/core';
import { defineEntity } from './define-entity.js';
import { wholeNumber } from './transformers.js';

export interface WorkerRecord {
  readonly worker_id: string;
  readonly label: string;
  readonly service: string;
  readonly host: string;
  readonly pid: number;
  readonly liveness: LivenessKind;
  readonly started_at: number;
  readonly seen_at: number;
}

export const WorkerEntity = defineEntity<WorkerRecord>('RomancyWorker', 'romancy_workers', {
  worker_id: { type: 'varchar', primary: true },
  label: { type: 'varchar' },
  service: { type: 'varchar' },
  host: { type: 'varchar' },
  pid: { type: 'int', transformer: wholeNumber },
  liveness: { type: 'varchar' },
  started_at: { type: 'bigint', transformer: wholeNumber },
  seen_at: { type: 'bigint', transformer: wholeNumber },
});
