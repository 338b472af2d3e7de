import type { InstanceRow, InstanceStatus } from '@romancy/core';
import { toNumber } from '../entities/transformers.js';
import type { SqlRow } from './statement.js';

/** The columns of `workflow_instances` that the engine reads; times in milliseconds. */
export const PLAIN_COLUMNS = [
  'instance_id',
  'workflow_name',
  'source_hash',
  'owner_service',
  'framework',
  'status',
  'current_activity_id',
  'continued_from',
  'input_data',
  'output_data',
  'locked_by',
  'romancy_started_at',
  'romancy_stage',
  'romancy_cancel_requested_at',
  'romancy_cancel_reason',
  'romancy_chain',
  'romancy_started_by',
  'romancy_trace',
] as const;
export const TIME_COLUMNS = ['started_at', 'updated_at', 'lock_expires_at'] as const;

export type InstanceColumn = (typeof PLAIN_COLUMNS)[number] | (typeof TIME_COLUMNS)[number];

export function instanceRowOf(row: SqlRow): InstanceRow {
  const record = row as Readonly<Record<InstanceColumn, unknown>>;
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
