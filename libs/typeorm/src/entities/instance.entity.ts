import type { InstanceRow, InstanceStatus } from '@romancy/core';
import { defineEntity } from './define-entity.js';
import { sharedTime, toNumber, wholeNumber } from './transformers.js';

/** A row of `workflow_instances` under its columns' names; times in milliseconds. */
export interface InstanceRecord {
  readonly instance_id: string;
  readonly workflow_name: string;
  readonly source_hash: string;
  readonly owner_service: string;
  readonly framework: string;
  readonly status: string;
  readonly current_activity_id: string | null;
  readonly continued_from: string | null;
  readonly started_at: number;
  readonly updated_at: number;
  readonly input_data: string;
  readonly output_data: string | null;
  readonly locked_by: string | null;
  readonly lock_expires_at: number | null;
  readonly romancy_started_at: number | null;
  readonly romancy_stage: string | null;
  readonly romancy_cancel_requested_at: number | null;
  readonly romancy_cancel_reason: string | null;
  readonly romancy_chain: string | null;
  readonly romancy_started_by: string | null;
  readonly romancy_trace: string | null;
}

const text = { type: 'varchar', nullable: true } as const;
const time = { type: 'varchar', transformer: sharedTime, nullable: true } as const;
const milliseconds = { type: 'bigint', transformer: wholeNumber, nullable: true } as const;

export const InstanceEntity = defineEntity<InstanceRecord>('RomancyInstance', 'workflow_instances', {
  instance_id: { type: 'varchar', primary: true },
  workflow_name: text,
  source_hash: text,
  owner_service: text,
  framework: text,
  status: text,
  current_activity_id: text,
  continued_from: text,
  started_at: time,
  updated_at: time,
  input_data: text,
  output_data: text,
  locked_by: text,
  lock_expires_at: time,
  romancy_started_at: milliseconds,
  romancy_stage: text,
  romancy_cancel_requested_at: milliseconds,
  romancy_cancel_reason: text,
  romancy_chain: text,
  romancy_started_by: text,
  romancy_trace: text,
});

/** Takes a record of the entity, or a raw row whose times are milliseconds. */
export function toInstanceRow(record: Readonly<Record<keyof InstanceRecord, unknown>>): InstanceRow {
  return {
    instanceId: record.instance_id as string,
    workflowName: record.workflow_name as string,
    sourceHash: record.source_hash as string,
    ownerService: record.owner_service as string,
    framework: record.framework as string,
    status: record.status as InstanceStatus,
    currentActivityId: record.current_activity_id as string | null,
    continuedFrom: record.continued_from as string | null,
    startedAt: Number(record.romancy_started_at ?? record.started_at),
    updatedAt: Number(record.updated_at),
    input: record.input_data as string,
    output: record.output_data as string | null,
    lockedBy: record.locked_by as string | null,
    lockExpiresAt: toNumber(record.lock_expires_at),
    stage: record.romancy_stage as string | null,
    cancelRequestedAt: toNumber(record.romancy_cancel_requested_at),
    cancelReason: record.romancy_cancel_reason as string | null,
    chain: record.romancy_chain as string | null,
    startedBy: record.romancy_started_by as string | null,
    trace: record.romancy_trace as string | null,
  };
}
