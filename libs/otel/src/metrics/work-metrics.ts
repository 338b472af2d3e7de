import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { HookEvent, WorkflowHooks } from '@romancy/core';

/** Counts and times of activities, compensations, the outbox and commits, out of what the hooks tell. */
export class WorkMetrics implements WorkflowHooks {
  readonly #activityDuration: Histogram;
  readonly #activityAttempts: Histogram;
  readonly #retries: Counter;
  readonly #compensations: Counter;
  readonly #outbox: Counter;
  readonly #outboxLag: Histogram;
  readonly #commitSize: Histogram;
  readonly #commitDuration: Histogram;

  constructor(meter: Meter) {
    const seconds = (name: string, description: string): Histogram =>
      meter.createHistogram(name, { description, unit: 's' });
    const counter = (name: string, description: string): Counter => meter.createCounter(name, { description });
    this.#activityDuration = seconds('romancy.activity.duration', 'Of each attempt.');
    this.#activityAttempts = meter.createHistogram('romancy.activity.attempts', {
      description: 'Attempts until the outcome was recorded.',
      advice: { explicitBucketBoundaries: [1, 2, 3, 5, 10, 20, 50] },
    });
    this.#retries = counter('romancy.activity.retries', 'Failed attempts that are made again.');
    this.#compensations = counter('romancy.compensation', 'Compensations that have come to an end.');
    this.#outbox = counter('romancy.outbox.attempts', 'Attempts to send an event.');
    this.#outboxLag = seconds('romancy.outbox.delay', 'From the emission of an event until it was sent.');
    this.#commitSize = meter.createHistogram('romancy.commit.size', {
      description: 'Entries in a group that was written, one for each instance.',
      advice: { explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    });
    this.#commitDuration = seconds('romancy.commit.duration', 'Of the write of a group.');
  }

  onActivityComplete(event: HookEvent<'onActivityComplete'>): void {
    this.#ended(event, 'completed');
  }

  onActivityFailed(event: HookEvent<'onActivityFailed'>): void {
    this.#ended(event, 'failed');
  }

  onActivityRetry(event: HookEvent<'onActivityRetry'>): void {
    const attributes = namesOf(event);
    this.#retries.add(1, attributes);
    this.#activityDuration.record(event.duration / 1000, { ...attributes, 'romancy.outcome': 'retry' });
  }

  onCompensationComplete({ compensationName }: HookEvent<'onCompensationComplete'>): void {
    this.#compensations.add(1, { 'romancy.compensation_name': compensationName, 'romancy.outcome': 'completed' });
  }

  onCompensationFailed({ compensationName }: HookEvent<'onCompensationFailed'>): void {
    this.#compensations.add(1, { 'romancy.compensation_name': compensationName, 'romancy.outcome': 'failed' });
  }

  onOutboxSent({ event, age }: HookEvent<'onOutboxSent'>): void {
    this.#outbox.add(1, { 'romancy.event_type': event.type, 'romancy.outcome': 'sent' });
    this.#outboxLag.record(age / 1000, { 'romancy.event_type': event.type });
  }

  onOutboxFailed({ event, outcome }: HookEvent<'onOutboxFailed'>): void {
    this.#outbox.add(1, { 'romancy.event_type': event.type, 'romancy.outcome': outcome });
  }

  onCommit({ entries, duration }: HookEvent<'onCommit'>): void {
    this.#commitSize.record(entries);
    this.#commitDuration.record(duration / 1000);
  }

  #ended(event: Ended, outcome: string): void {
    const attributes = { ...namesOf(event), 'romancy.outcome': outcome };
    this.#activityDuration.record(event.duration / 1000, attributes);
    this.#activityAttempts.record(event.attempt, attributes);
  }
}

type Ended = Pick<HookEvent<'onActivityFailed'>, 'workflowName' | 'activityName' | 'duration' | 'attempt'>;

function namesOf({ workflowName, activityName }: Pick<Ended, 'workflowName' | 'activityName'>): Attributes {
  return { 'romancy.workflow_name': workflowName, 'romancy.activity_name': activityName };
}
