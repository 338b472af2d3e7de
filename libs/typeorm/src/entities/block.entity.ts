import { defineEntity } from './define-entity.js';
import { wholeNumber } from './transformers.js';

export interface BlockRecord {
  readonly instance_id: string;
  readonly code_version: string;
  readonly code: string;
  readonly explanation: string;
  readonly blocked_at: number;
}

export const BlockEntity = defineEntity<BlockRecord>('RomancyBlock', 'romancy_blocks', {
  instance_id: { type: 'varchar', primary: true },
  code_version: { type: 'varchar' },
  code: { type: 'varchar' },
  explanation: { type: 'text' },
  blocked_at: { type: 'bigint', transformer: wholeNumber },
});
