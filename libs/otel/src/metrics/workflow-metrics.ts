import type { Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';
import type { HookEvent, WorkflowHooks } from '@romancy/core';

const NAME = 'romancy.workflow_name';

interface Instruments {
  readonly started: Counter;
  readonly completed: Counter;
  readonly failed: Counter;
  readonly cancelled: Counter;
  readonly recurred: Counter;
  readonly blocked: Counter;
  readonly leasesLost: Counter;
  readonly running: UpDownCounter;
  readonly duration: Histogram;
  readonly queueDelay: Histogram;
  readonly wakeUpDelay: Histogram;
}

/** Counts and times of workflows, out of what the hooks tell. */
export class WorkflowMetrics implements WorkflowHooks {
  readonly #of: Instruments;

  constructor(meter: Meter) {
    const counter = (name: string, description: string): Counter => meter.createCounter(name, { description });
    const seconds = (name: string, description: string): Histogram =>
      meter.createHistogram(name, { description, unit: 's' });
    this.#of = {
      started: counter('romancy.workflow.started', 'Instances that were created.'),
      completed: counter('romancy.workflow.completed', 'Instances that have returned a result.'),
      failed: counter('romancy.workflow.failed', 'Instances that have failed.'),
      cancelled: counter('romancy.workflow.cancelled', 'Instances that were cancelled.'),
      recurred: counter('romancy.workflow.recurred', 'Generations that have ended for a next one.'),
      blocked: counter('romancy.workflow.blocked', 'Instances that were parked because their code does not fit.'),
      leasesLost: counter('romancy.lease.lost', 'Instances that a worker has lost.'),
      running: meter.createUpDownCounter('romancy.workflow.running', {
        description: 'Instances that this process has in hand.',
      }),
      duration: seconds('romancy.workflow.duration', 'From the start of an instance to its end.'),
      queueDelay: seconds('romancy.queue.delay', 'From the start of an instance to its first turn.'),
      wakeUpDelay: seconds('romancy.wake_up.delay', 'From when an instance could go on to when it did.'),
    };
  }

  onWorkflowStart({ workflowName }: HookEvent<'onWorkflowStart'>): void {
    this.#of.started.add(1, { [NAME]: workflowName });
  }

  onWorkflowComplete(event: HookEvent<'onWorkflowComplete'>): void {
    this.#ended(this.#of.completed, event, 'completed');
  }

  onWorkflowFailed(event: HookEvent<'onWorkflowFailed'>): void {
    this.#ended(this.#of.failed, event, 'failed');
  }

  onWorkflowCancelled(event: HookEvent<'onWorkflowCancelled'>): void {
    this.#ended(this.#of.cancelled, event, 'cancelled');
  }

  onWorkflowRecur(event: HookEvent<'onWorkflowRecur'>): void {
    this.#ended(this.#of.recurred, event, 'recurred');
  }

  onWorkflowBlocked({ workflowName, code }: HookEvent<'onWorkflowBlocked'>): void {
    this.#of.blocked.add(1, { [NAME]: workflowName, 'romancy.code': code });
  }

  onLeaseLost({ workflowName }: HookEvent<'onLeaseLost'>): void {
    this.#of.leasesLost.add(1, { [NAME]: workflowName });
  }

  onTurnStart({ workflowName, queueDelay }: HookEvent<'onTurnStart'>): void {
    this.#of.running.add(1, { [NAME]: workflowName });
    if (queueDelay !== undefined) this.#of.queueDelay.record(queueDelay / 1000, { [NAME]: workflowName });
  }

  onTurnEnd({ workflowName }: HookEvent<'onTurnEnd'>): void {
    this.#of.running.add(-1, { [NAME]: workflowName });
  }

  onTimerFired({ workflowName, delay }: HookEvent<'onTimerFired'>): void {
    this.#of.wakeUpDelay.record(delay / 1000, { [NAME]: workflowName, 'romancy.wake_up': 'timer' });
  }

  onEventWaitComplete({ workflowName, delay, kind }: HookEvent<'onEventWaitComplete'>): void {
    this.#of.wakeUpDelay.record(delay / 1000, { [NAME]: workflowName, 'romancy.wake_up': kind });
  }

  #ended(counter: Counter, { workflowName, duration }: EndEvent, outcome: string): void {
    counter.add(1, { [NAME]: workflowName });
    this.#of.duration.record(duration / 1000, { [NAME]: workflowName, 'romancy.outcome': outcome });
  }
}

type EndEvent = Pick<HookEvent<'onWorkflowComplete'>, 'workflowName' | 'duration'>;
