import { HistoryLimitError } from '../errors/history-limit-error.js';
import { NonDeterminismError } from '../errors/non-determinism-error.js';
import { StepIdError } from '../errors/step-id-error.js';
import type { EntryConflictError } from '../errors/storage-errors.js';
import { RomancyError } from '../errors/romancy-error.js';
import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import type { BlockRow } from '../ports/commit.js';
import type { Violation } from '../replay/violation.js';
import type { ActiveTurn } from './active-turn.js';
import type { EntryDraft } from './entry-draft.js';

/** The guard's finding as an error with everything that helps to find the change (E5). */
export function explain(violation: Violation, turn: ActiveTurn): NonDeterminismError {
  const { instance, services } = turn;
  const { recorded } = violation;
  const asked = violation.asked[0];
  const command = asked === undefined ? undefined : turn.memory.coroutine.pendingCommand(asked.stepId);
  return new NonDeterminismError({
    kind: violation.kind,
    instanceId: instance.instanceId,
    workflowName: instance.definition.name,
    stepId: violation.stepId,
    asked: asked && {
      ...asked,
      inputPreview: command?.kind === 'activity' ? preview(() => services.payloads.encode(command.args)) : undefined,
    },
    recorded: recorded && {
      ...recorded,
      time: new Date(recorded.time).toISOString(),
      codeVersion: instance.startedWith,
      inputPreview: recorded.inputText === undefined ? undefined : preview(() => recorded.inputText ?? ''),
    },
  });
}

/**
 * Why this entry can never be written; undefined where reading the instance anew may help. A key that is taken may be a row that was not
 * seen: only when it is taken in the next turn too, the database takes another id for this one.
 */
export function unwritable(
  { instance }: ActiveTurn,
  error: EntryConflictError,
  draft: EntryDraft,
): RomancyError | undefined {
  if (error.conflict === 'value') return error;
  const [row] = draft.history;
  if (error.conflict !== 'unique' || !instance.takeover || row === undefined) return undefined;
  return new StepIdError(
    `The database takes the id of the step ${row.activityId} of ${instance.instanceId} for that of another step, which is recorded already. ` +
      'Give one of the two another name or key: one that differs by more than case, accents or spelling.',
    { stepId: row.activityId, instanceId: instance.instanceId },
  );
}

/** The row that parks the instance until other code or a retry comes. */
export function blockRow(error: unknown, definition: WorkflowDefinition, now: number): BlockRow {
  const known = error instanceof RomancyError;
  return {
    codeVersion: definition.sourceHash,
    code: known ? error.code : 'ROMANCY_BLOCKED',
    explanation: JSON.stringify({
      message: error instanceof Error ? error.message : String(error),
      ...(known ? error.details : {}),
    }),
    blockedAt: now,
  };
}

export function historyLimit({ instance, memory, services }: ActiveTurn): HistoryLimitError {
  return new HistoryLimitError({
    instanceId: instance.instanceId,
    rows: memory.rows,
    limit: services.settings.historyMaxRows,
  });
}

export function warnOfLongHistory({ memory, report }: ActiveTurn): void {
  report.logger.warn(
    'The history of an instance is growing long; replaying it takes longer and longer. Split the workflow.',
    { rows: memory.rows },
  );
}

const PREVIEW = 200;

function preview(text: () => string): string | undefined {
  try {
    const whole = text();
    return whole.length <= PREVIEW ? whole : `${whole.slice(0, PREVIEW)}…`;
  } catch {
    return undefined;
  }
}
