import { FRAMEWORK, type ClaimScope } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { placeholders, type SqlValue } from '../sql/statement.js';

export interface Condition {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

const LIVE = `i.status NOT IN (${TERMINAL_LIST})`;

export function both(...conditions: readonly Condition[]): Condition {
  return {
    text: conditions.map(({ text }) => text).join(' AND '),
    params: conditions.flatMap(({ params }) => params),
  };
}

export function either(...conditions: readonly Condition[]): Condition {
  return {
    text: `(${conditions.map(({ text }) => `(${text})`).join(' OR ')})`,
    params: conditions.flatMap(({ params }) => params),
  };
}

export function plain(text: string): Condition {
  return { text, params: [] };
}

/** Ours, registered here, and not blocked for the code of this process. */
export function inScope({ workflowNames, codeVersions }: ClaimScope): Condition {
  const names = `i.framework = '${FRAMEWORK}' AND i.workflow_name IN (${placeholders(workflowNames.length)})`;
  if (codeVersions.length === 0) return { text: names, params: workflowNames };
  const blocked =
    `SELECT 1 FROM romancy_blocks b WHERE b.instance_id = i.instance_id` +
    ` AND b.code_version IN (${placeholders(codeVersions.length)})`;
  // Ending an instance needs no code: a cancel request gets through a block.
  return {
    text: `${names} AND (i.romancy_cancel_requested_at IS NOT NULL OR NOT EXISTS (${blocked}))`,
    params: [...workflowNames, ...codeVersions],
  };
}

/** Live, and nobody holds it. */
export const FREE = plain(`i.locked_by IS NULL AND ${LIVE}`);

/**
 * The leases that count no more, each with an index of its own. Instances that took several workers down rest after a take-over.
 */
export function takeable(dialect: Dialect, { holders }: ClaimScope): readonly Condition[] {
  const rests = `SELECT 1 FROM romancy_runs r WHERE r.instance_id = i.instance_id AND r.next_run_at > ${dialect.nowMs}`;
  const held = plain(`i.locked_by IS NOT NULL AND ${LIVE} AND NOT EXISTS (${rests})`);
  const { alive = [], gone = [], graceMs = 0 } = holders ?? {};
  const holder = dialect.holder('i.locked_by');
  const expired = plain(`i.lock_expires_at <= ${dialect.now}`);
  const reasons = [
    alive.length === 0
      ? both(expired, held)
      : both(
          expired,
          held,
          either(
            { text: `${holder} NOT IN (${placeholders(alive.length)})`, params: alive },
            { text: `i.lock_expires_at <= ${dialect.nowPlus}`, params: [dialect.lease(-graceMs)] },
          ),
        ),
  ];
  // What has expired as well is found by the first reason.
  const early = plain(`i.lock_expires_at > ${dialect.now}`);
  if (gone.length > 0)
    reasons.push(both(early, held, { text: `${holder} IN (${placeholders(gone.length)})`, params: gone }));
  return reasons;
}
