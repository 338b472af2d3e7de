import { readFailure, readOutputResult } from '../history/envelope-reader.js';
import type { RecordedFailure } from '../history/recorded-failure.js';
import { read } from '../history/safe-read.js';
import type { StoredCompensation } from '../ports/commit.js';
import type { GenerationPage } from '../ports/inspection.js';
import type { InstanceRow } from '../ports/instance.js';
import type { ResumeState } from '../ports/stores.js';
import { failedAttempts, type FailedAttempt } from './history-item.js';
import type { InstanceSummary } from './instance-summary.js';
import type { OutboxView } from './outbox-view.js';
import { storedArguments } from './stored-arguments.js';
import type { StoredValue, StoredValues } from './stored-value.js';
import type { SubscriptionView } from './subscription-view.js';
import type { WaitingFor } from './waiting-for.js';

/** How an instance ended. */
export interface InstanceOutcome {
  /** Of a completed instance. */
  readonly result: StoredValue | null;
  /** Of a failed one. */
  readonly failure: RecordedFailure | null;
  /** What became of the compensations: executed, failed and in doubt. */
  readonly compensations: unknown;
}

/** Everything about one instance but its history. Times are milliseconds. */
export interface InstanceDetail extends InstanceSummary {
  readonly codeVersion: string;
  readonly input: StoredValue;
  /** Null while it has not ended. */
  readonly outcome: InstanceOutcome | null;
  /** The process that holds it. */
  readonly heldBy: string | null;
  readonly heldUntil: number | null;
  /** Why it is set aside until the code fits again, or until a retry. */
  readonly block: {
    readonly code: string;
    readonly codeVersion: string;
    readonly explanation: unknown;
    readonly blockedAt: number;
  } | null;
  /** Workers that died while running it, since it last made progress; nobody takes it over before `restsUntil`. */
  readonly takeovers: { readonly count: number; readonly restsUntil: number } | null;
  readonly waitingFor: readonly WaitingFor[];
  /** Steps of which an attempt has failed, and that are tried again. */
  readonly retrying: readonly {
    readonly stepId: string;
    readonly attempts: number;
    readonly nextAt: number;
    readonly errors: readonly FailedAttempt[];
  }[];
  /** What would be undone, in this order. */
  readonly compensations: readonly { readonly stepId: string; readonly name: string; readonly args: StoredValue }[];
  readonly groups: readonly string[];
  readonly subscriptions: readonly SubscriptionView[];
  /** The newest events that it has emitted. */
  readonly outbox: readonly OutboxView[];
  readonly generations: GenerationPage;
}

export async function outcomeOf(row: InstanceRow, values: StoredValues): Promise<InstanceOutcome | null> {
  if (row.output === null) return null;
  const parsed = values.parse(row.output);
  if (!parsed.readable) return { result: parsed, failure: null, compensations: null };
  const compensations = read(parsed.json, 'compensations') ?? null;
  if (row.status === 'failed') return { result: null, failure: readFailure(parsed.json), compensations };
  if (row.status !== 'completed') return { result: null, failure: null, compensations };
  return { result: await values.of(readOutputResult(parsed.json) ?? null), failure: null, compensations: null };
}

export function retryingOf({ attempts }: ResumeState): InstanceDetail['retrying'] {
  return attempts.map(({ stepId, attempt, nextAt, errors }) => ({
    stepId,
    attempts: attempt,
    nextAt,
    errors: failedAttempts(JSON.parse(errors)),
  }));
}

export async function compensationOf(
  row: StoredCompensation,
  values: StoredValues,
): Promise<InstanceDetail['compensations'][number]> {
  const parsed = values.parse(row.args);
  const args = parsed.readable ? await values.of(storedArguments(parsed.json) ?? parsed.json) : parsed;
  return { stepId: row.activityId, name: row.activityName, args };
}
