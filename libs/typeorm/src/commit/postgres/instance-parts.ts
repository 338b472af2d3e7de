import { FRAMEWORK } from '@romancy/core';
import { TERMINAL_LIST } from '../../sql/instance-sql.js';
import { changesInstance } from '../entry-shape.js';
import { NOW, timestampOf, type CtePart } from './cte-part.js';

/** `s`: instances that are created. One that exists is left out of what it returns. */
export const starts: CtePart = {
  columns: {
    id: 'text',
    name: 'text',
    hash: 'text',
    owner: 'text',
    previous: 'text',
    ms: 'bigint',
    input: 'text',
    chain: 'text',
    cause: 'text',
    trace: 'text',
    token: 'text',
    seconds: 'int',
    lease: 'float8',
  },
  rows: ({ starts: entries }) =>
    entries.flatMap(({ create }) =>
      create === null
        ? []
        : [
            [
              create.instanceId,
              create.workflowName,
              create.sourceHash,
              create.ownerService,
              create.continuedFrom,
              create.startedAt,
              create.input,
              create.chain,
              create.startedBy,
              create.trace,
              create.lock?.token ?? null,
              create.lock === null ? null : Math.ceil(create.lock.leaseMs / 1000),
              create.lock?.leaseMs ?? null,
            ],
          ],
    ),
  text: (source) =>
    `s AS (INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, continued_from,` +
    ` started_at, updated_at, input_data, romancy_started_at, romancy_chain, romancy_started_by, romancy_trace, locked_by, locked_at, lock_timeout_seconds, lock_expires_at)` +
    ` SELECT r.id, r.name, r.hash, r.owner, '${FRAMEWORK}', 'running', r.previous, ${timestampOf('r.ms')}, ${NOW}, r.input, r.ms, r.chain, r.cause, r.trace, r.token,` +
    ` CASE WHEN r.token IS NOT NULL THEN ${NOW} END, r.seconds, ${NOW} + r.lease * interval '1 millisecond'` +
    ` FROM ${source} ORDER BY r.n ON CONFLICT (instance_id) DO NOTHING RETURNING instance_id)`,
};

/**
 * `l`: the instances whose fence holds, locked in the order of their ids. The lock is what makes it a fence: a plain read could be overtaken
 * before the commit. The lookup is by primary key alone; with `locked_by` as a bare column the planner may prefer that index, in which every row
 * that this process ever held has left an entry.
 */
export const fence: CtePart = {
  columns: { id: 'text', token: 'text', settling: 'bool' },
  rows: ({ units }) =>
    [...units].sort((a, b) => a.place - b.place).map(({ entry }) => [entry.instanceId, entry.fence, entry.settling]),
  text: (source) =>
    `l AS MATERIALIZED (SELECT r.n, i.instance_id FROM ${source} CROSS JOIN LATERAL (SELECT instance_id FROM workflow_instances` +
    ` WHERE instance_id = r.id AND locked_by || '' = r.token AND status NOT IN (${TERMINAL_LIST})` +
    ` AND (r.settling OR romancy_cancel_requested_at IS NULL) FOR NO KEY UPDATE) i)`,
};

/** `u`: changes of the instances' rows. */
export const updates: CtePart = {
  columns: { place: 'int', status: 'text', output: 'text', activity: 'text', stage: 'text', release: 'bool' },
  rows: ({ units }) =>
    units
      .filter(({ entry }) => changesInstance(entry))
      .map(({ entry, place }) => [
        place,
        entry.status,
        entry.output ?? null,
        entry.currentActivityId ?? null,
        entry.stage ?? null,
        entry.release,
      ]),
  text: (source) =>
    `u AS (UPDATE workflow_instances i SET updated_at = ${NOW}, status = COALESCE(r.status, i.status), output_data = COALESCE(r.output, i.output_data),` +
    ` current_activity_id = COALESCE(r.activity, i.current_activity_id), romancy_stage = COALESCE(r.stage, i.romancy_stage),` +
    ` locked_by = CASE WHEN r.release THEN NULL ELSE i.locked_by END, locked_at = CASE WHEN r.release THEN NULL ELSE i.locked_at END,` +
    ` lock_expires_at = CASE WHEN r.release THEN NULL ELSE i.lock_expires_at END` +
    ` FROM ${source} JOIN l ON l.n = r.place WHERE i.instance_id = l.instance_id)`,
};
