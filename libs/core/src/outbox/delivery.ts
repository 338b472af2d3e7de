import { decideRetry } from '../definition/retry-policy.js';
import { describeThrown } from '../errors/describe-value.js';
import { EventRefusedError } from '../errors/event-refused-error.js';
import type { CloudEventValue } from '../events/cloud-event.js';
import type { OutboxSentEvent } from '../hooks/engine-events.js';
import type { HookCalls } from '../hooks/hook-calls.js';
import type { Logger } from '../ports/logger.js';
import type { ClaimedEvent, OutboxOutcome } from '../ports/outbox.js';
import type { Tracing } from '../ports/tracing.js';
import type { EngineClock } from '../runtime/engine-clock.js';
import { traceAmong } from '../runtime/trace-text.js';
import { fromOutboxRow } from './outbox-event.js';
import type { OutboxHooks, ResolvedOutbox } from './outbox-options.js';

const LONGEST_ERROR = 2000;

export interface DeliveryDeps {
  readonly outbox: ResolvedOutbox;
  readonly clock: EngineClock;
  readonly logger: Logger;
  readonly hooks: HookCalls;
  readonly tracing: Tracing | undefined;
}

/** One attempt at one event. */
export class Delivery {
  readonly #startedAt: number;

  constructor(
    private readonly deps: DeliveryDeps,
    private readonly row: ClaimedEvent,
  ) {
    this.#startedAt = deps.clock.now();
  }

  /** Never rejects. @param stopping aborts at shutdown */
  async run(stopping: AbortSignal): Promise<OutboxOutcome> {
    const { row, deps } = this;
    const { eventId, attempt } = row;
    let event: CloudEventValue;
    try {
      event = fromOutboxRow(row);
    } catch (error) {
      return this.#giveUp(
        { ...UNREADABLE, id: eventId, source: row.eventSource, type: row.eventType },
        'invalid',
        error,
      );
    }
    const age = deps.clock.now() - row.createdAt;
    if (age > deps.outbox.maxAgeMs)
      return this.#giveUp(event, 'expired', new Error(`It is ${String(Math.round(age / 1000))} s old.`));
    try {
      await this.#publish(event, stopping);
    } catch (error) {
      if (stopping.aborted) return { eventId, status: 'returned' };
      return this.#failed(event, error);
    }
    this.#tell('onPublished', (hook) => hook(event, attempt));
    deps.hooks.onOutboxSent?.(this.#told(event));
    return { eventId, status: 'published' };
  }

  async #publish(event: CloudEventValue, stopping: AbortSignal): Promise<void> {
    const { outbox, clock, tracing } = this.deps;
    const controller = new AbortController();
    const tooLate = new Error(`No answer within ${String(outbox.timeoutMs)} ms.`);
    let giveUp: (error: unknown) => void = () => undefined;
    const given = new Promise<never>((_, reject) => (giveUp = reject));
    const abort = (reason: unknown): void => {
      controller.abort(reason);
      giveUp(reason);
    };
    const onStop = (): void => {
      abort(stopping.reason);
    };
    const timer = clock.after(outbox.timeoutMs, () => {
      abort(tooLate);
    });
    stopping.addEventListener('abort', onStop, { once: true });
    try {
      if (stopping.aborted) throw stopping.reason;
      const { attempt, instanceId = null } = this.row;
      const context = traceAmong(event.extensions);
      const send = async (): Promise<void> => outbox.publisher.publish(event, { signal: controller.signal, attempt });
      // A publisher that does not look at the signal is not waited for.
      await Promise.race([
        tracing ? tracing.run({ kind: 'send', event, attempt, instanceId, context }, send) : send(),
        given,
      ]);
    } finally {
      timer.cancel();
      stopping.removeEventListener('abort', onStop);
    }
  }

  #failed(event: CloudEventValue, error: unknown): OutboxOutcome {
    const { outbox, clock } = this.deps;
    const { eventId, attempt, createdAt } = this.row;
    const decision = decideRetry({
      policy: outbox.retry,
      attempt,
      firstStartedAt: createdAt,
      now: clock.now(),
      error,
      random: Math.random,
    });
    if (decision.kind === 'final')
      return this.#giveUp(event, error instanceof EventRefusedError ? 'invalid' : 'failed', error);
    const { delayMs } = decision;
    this.#tell('onRetry', (hook) => hook(event, error, attempt, delayMs));
    this.deps.hooks.onOutboxFailed?.({ ...this.#told(event), error, outcome: 'retry', nextDelay: delayMs });
    return { eventId, status: 'retry', delayMs, error: textOf(error) };
  }

  #giveUp(event: CloudEventValue, status: 'failed' | 'invalid' | 'expired', error: unknown): OutboxOutcome {
    const { eventId, eventType, attempt } = this.row;
    this.deps.logger.warn(`An event of the outbox was given up: ${status}.`, {
      eventId,
      eventType,
      attempt,
      error: textOf(error),
    });
    this.#tell('onGivenUp', (hook) => hook(event, status, error));
    this.deps.hooks.onOutboxFailed?.({ ...this.#told(event), error, outcome: status, nextDelay: undefined });
    return { eventId, status, error: textOf(error) };
  }

  #told(event: CloudEventValue): OutboxSentEvent {
    const { attempt, createdAt, instanceId } = this.row;
    const now = this.deps.clock.now();
    return {
      time: new Date(now),
      event,
      instanceId: instanceId ?? null,
      attempt,
      duration: now - this.#startedAt,
      age: Math.max(now - createdAt, 0),
    };
  }

  #tell<K extends keyof OutboxHooks>(name: K, call: (hook: NonNullable<OutboxHooks[K]>) => void | Promise<void>): void {
    const hook = this.deps.outbox.hooks[name];
    if (hook === undefined) return;
    void (async () => call(hook))().catch((error: unknown) => {
      this.deps.logger.error(`The hook ${name} of the outbox failed; the event is not affected.`, { error });
    });
  }
}

const UNREADABLE: Omit<CloudEventValue, 'id' | 'source' | 'type'> = {
  subject: undefined,
  time: undefined,
  dataContentType: undefined,
  dataSchema: undefined,
  extensions: {},
  data: undefined,
};

/** Texts with U+0000 cannot be stored everywhere. */
function textOf(error: unknown): string {
  const cause: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'cause') : undefined;
  const text = cause === undefined ? describeThrown(error) : `${describeThrown(error)} (${describeThrown(cause)})`;
  return text.replaceAll('\0', '').slice(0, LONGEST_ERROR);
}
