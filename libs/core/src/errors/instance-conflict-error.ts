import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/**
 * `exists`: the start asked for `onConflict: 'fail'`, or for a restart of an instance that has not ended. `workflow`, `framework`: the id
 * belongs to an instance of another workflow, or of another framework on the same database. `spelling`: it differs from an existing one only
 * in what this database does not look at.
 */
export type InstanceConflict = 'exists' | 'workflow' | 'framework' | 'spelling';

export interface InstanceConflictFields {
  readonly conflict: InstanceConflict;
  readonly instanceId: string;
  /** What was asked for. */
  readonly workflowName: string;
  /** What is there; may be unknown with `spelling`. */
  readonly existing?:
    { readonly workflowName: string; readonly framework: string; readonly status: string } | undefined;
}

const PROBLEMS: Record<InstanceConflict, (fields: InstanceConflictFields) => string> = {
  exists: ({ existing }) =>
    `it is ${existing?.status ?? 'there'}. Use another id, or onConflict: 'use-existing' to get the existing instance.`,
  workflow: ({ existing, workflowName }) =>
    `it is an instance of ${existing?.workflowName ?? 'another workflow'}, not of ${workflowName}. Put the workflow's name into the id.`,
  framework: ({ existing }) =>
    `it belongs to another framework (${existing?.framework ?? 'unknown'}) on this database. Use another id.`,
  spelling: () =>
    'it differs only in case or accents from one that exists, and this database does not tell them apart. Use another id.',
};

/** A start was refused because its id is taken. Nothing was written. */
export class InstanceConflictError extends RomancyError {
  static {
    brand(this, 'InstanceConflictError');
  }

  readonly code = 'ROMANCY_INSTANCE_CONFLICT';
  readonly conflict: InstanceConflict;
  readonly instanceId: string;

  constructor(fields: InstanceConflictFields) {
    super(`Instance id "${fields.instanceId}" is taken: ${PROBLEMS[fields.conflict](fields)}`, {
      details: { ...fields },
    });
    this.conflict = fields.conflict;
    this.instanceId = fields.instanceId;
  }
}
