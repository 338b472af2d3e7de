import type { StepTiming } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';

/** The end of the text is enough, and is written by us alone: payloads stand before it, whatever they hold. */
const TAIL = 40;
const DURATION = /"duration_ms":(\d{1,15})\}$/;

/** Looks at the newest rows of all histories. */
export function* timingsProgram(dialect: Dialect, since: number, limit: number): SqlProgram<readonly StepTiming[]> {
  const { rows } = yield* runOne(
    sql(
      `SELECT h.instance_id, h.activity_id, ${dialect.tail('h.event_data', TAIL)} AS ending FROM (SELECT id FROM workflow_history` +
        ` ORDER BY id DESC LIMIT ?) newest JOIN workflow_history h ON h.id = newest.id` +
        ` WHERE h.event_type IN ('ActivityCompleted', 'ActivityFailed') AND h.romancy_time >= ?`,
      [limit, since],
    ),
  );
  return rows.flatMap((row) => {
    const durationMs = DURATION.exec((row['ending'] as string | null) ?? '')?.[1];
    return durationMs === undefined
      ? []
      : [
          {
            instanceId: row['instance_id'] as string,
            stepId: row['activity_id'] as string,
            durationMs: Number(durationMs),
          },
        ];
  });
}
