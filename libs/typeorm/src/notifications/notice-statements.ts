import { sql, type SqlStatement } from '../sql/statement.js';
import { RESUMABLE_CHANNEL, resumablePayload } from './notice-payloads.js';

/** Tells that an instance can go on; delivered by the commit. */
export function resumableStatement(instance: {
  readonly instanceId: string;
  readonly workflowName: string;
}): SqlStatement {
  return sql('SELECT pg_notify(?, ?)', [RESUMABLE_CHANNEL, resumablePayload(instance)]);
}
