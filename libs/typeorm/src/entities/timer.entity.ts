import { defineEntity } from './define-entity.js';
import { sharedTime, wholeNumber } from './transformers.js';

export interface TimerRecord {
  readonly id: number;
  readonly instance_id: string;
  readonly timer_id: string;
  readonly activity_id: string | null;
  readonly expires_at: number;
  readonly romancy_expires_at: number | null;
}

export const TimerEntity = defineEntity<TimerRecord>('RomancyTimer', 'workflow_timer_subscriptions', {
  id: { type: 'bigint', primary: true, generated: true, transformer: wholeNumber },
  instance_id: { type: 'varchar' },
  timer_id: { type: 'varchar' },
  activity_id: { type: 'varchar', nullable: true },
  expires_at: { type: 'varchar', transformer: sharedTime },
  romancy_expires_at: { type: 'bigint', transformer: wholeNumber, nullable: true },
});
