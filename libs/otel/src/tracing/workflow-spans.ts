import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Attributes, type Tracer } from '@opentelemetry/api';
import type { HookEvent, WorkflowHooks } from '@romancy/core';
import { fail, instanceAttributes, now } from './attributes.js';
import { active, fromCarrier, linkTo } from './carrier.js';
import { TurnSpan } from './turn-span.js';

type Ended = HookEvent<'onCompensationComplete'> | Omit<HookEvent<'onActivityComplete'>, 'result'>;

/** Makes spans of what the hooks tell. */
export class WorkflowSpans implements WorkflowHooks {
  readonly #turns = new Map<string, TurnSpan>();

  constructor(private readonly tracer: Tracer) {}

  /** The instance, where this process has it in hand. */
  turn(instanceId: string): TurnSpan | undefined {
    return this.#turns.get(instanceId);
  }

  onTurnStart(event: HookEvent<'onTurnStart'>): void {
    this.#turns.get(event.instanceId)?.close();
    const root = fromCarrier(event.traceContext);
    const attributes = {
      ...instanceAttributes(event),
      'romancy.start_time': event.startedAt.toISOString(),
      'romancy.turn.first': event.first,
      'romancy.turn.takeover': event.takeover,
    };
    const span = this.tracer.startSpan(`workflow/${event.workflowName}`, { startTime: now(), attributes }, root);
    this.#turns.set(event.instanceId, new TurnSpan(span, root));
  }

  onTurnEnd({ instanceId, outcome }: HookEvent<'onTurnEnd'>): void {
    const turn = this.#turns.get(instanceId);
    turn?.span.setAttribute('romancy.turn.outcome', outcome);
    turn?.close();
    this.#turns.delete(instanceId);
  }

  onWorkflowComplete({ instanceId, duration }: HookEvent<'onWorkflowComplete'>): void {
    const span = this.turn(instanceId)?.span;
    span?.setAttribute('romancy.duration_ms', duration);
    span?.setStatus({ code: SpanStatusCode.OK });
  }

  onWorkflowFailed({ instanceId, duration, error }: HookEvent<'onWorkflowFailed'>): void {
    const span = this.turn(instanceId)?.span;
    if (!span) return;
    span.setAttribute('romancy.duration_ms', duration);
    fail(span, error);
  }

  onWorkflowCancelled({ instanceId, duration, reason }: HookEvent<'onWorkflowCancelled'>): void {
    this.turn(instanceId)?.span.setAttributes({
      'romancy.duration_ms': duration,
      ...(reason === null ? {} : { 'romancy.cancel_reason': reason }),
    });
  }

  onWorkflowRecur({ instanceId, duration, nextInstanceId }: HookEvent<'onWorkflowRecur'>): void {
    this.turn(instanceId)?.span.setAttributes({
      'romancy.duration_ms': duration,
      'romancy.next_instance_id': nextInstanceId,
    });
  }

  onWorkflowBlocked({ instanceId, error }: HookEvent<'onWorkflowBlocked'>): void {
    const span = this.turn(instanceId)?.span;
    if (span) fail(span, error);
  }

  onLeaseLost({ instanceId, error }: HookEvent<'onLeaseLost'>): void {
    const span = this.turn(instanceId)?.span;
    if (span) fail(span, error);
  }

  onActivityStart(event: HookEvent<'onActivityStart'>): void {
    const { instanceId, stepId, attempt, activityName, kind } = event;
    this.turn(instanceId)?.begin(
      this.tracer,
      { name: `activity/${activityName}`, stepId, attempt },
      {
        ...instanceAttributes(event),
        'romancy.activity_id': stepId,
        'romancy.activity_name': activityName,
        'romancy.activity_kind': kind,
        'romancy.attempt': attempt,
        'romancy.is_replay': false,
      },
    );
  }

  onActivityComplete(event: HookEvent<'onActivityComplete'>): void {
    this.#succeeded(event);
  }

  onActivityFailed(event: HookEvent<'onActivityFailed'>): void {
    this.#failed(event);
  }

  onActivityRetry(event: HookEvent<'onActivityRetry'>): void {
    this.#failed(event, 'activity_retry');
  }

  onCompensationStart(event: HookEvent<'onCompensationStart'>): void {
    const { instanceId, stepId, attempt, compensationName } = event;
    this.turn(instanceId)?.begin(
      this.tracer,
      { name: `compensation/${compensationName}`, stepId, attempt },
      {
        ...instanceAttributes(event),
        'romancy.activity_id': stepId,
        'romancy.compensation_name': compensationName,
        'romancy.attempt': attempt,
      },
    );
  }

  onCompensationComplete(event: HookEvent<'onCompensationComplete'>): void {
    this.#succeeded(event);
  }

  onCompensationFailed(event: HookEvent<'onCompensationFailed'>): void {
    this.#failed(event);
  }

  onCompensationRetry(event: HookEvent<'onCompensationRetry'>): void {
    this.#failed(event, 'compensation_retry');
  }

  onReplayStart(event: HookEvent<'onReplayStart'>): void {
    const turn = this.turn(event.instanceId);
    if (!turn) return;
    const attributes = { ...instanceAttributes(event), 'romancy.resume_activity': event.firstStepId };
    turn.replay = this.tracer.startSpan(`replay/${event.workflowName}`, { startTime: now(), attributes }, turn.context);
  }

  onActivityCacheHit({ instanceId, stepId, activityName }: HookEvent<'onActivityCacheHit'>): void {
    const attributes = { 'romancy.activity_id': stepId, 'romancy.activity_name': activityName };
    this.turn(instanceId)?.replay?.addEvent('activity_cache_hit', attributes);
  }

  onReplayComplete(event: HookEvent<'onReplayComplete'>): void {
    const turn = this.turn(event.instanceId);
    if (!turn?.replay) return;
    turn.replay.setAttributes({
      'romancy.history_events': event.historyEvents,
      'romancy.cache_hits': event.cacheHits,
      'romancy.new_activities': event.pendingSteps.length,
      'romancy.duration_ms': event.duration,
    });
    turn.replay.end(now());
    turn.replay = undefined;
  }

  onEventReceived(event: HookEvent<'onEventReceived'>): void {
    const attributes = {
      'romancy.event_type': event.eventType,
      'romancy.event_id': event.eventId,
      'romancy.event_source': event.eventSource,
      ...(event.instanceId === null ? {} : { 'romancy.instance_id': event.instanceId }),
      'cloudevents.event_type': event.eventType,
      'cloudevents.event_id': event.eventId,
      'cloudevents.event_source': event.eventSource,
    };
    const parent = event.traceContext ? fromCarrier(event.traceContext) : active();
    const options = { kind: SpanKind.CONSUMER, attributes };
    this.tracer.startSpan(`event_received/${event.eventType}`, options, parent).end();
  }

  onEventWaitComplete(event: HookEvent<'onEventWaitComplete'>): void {
    const links = linkTo(event.traceContext, 'sender');
    this.#waited(event, `event_wait/${event.eventType}`, waitAttributes(event), { links });
  }

  onEventTimeout(event: HookEvent<'onEventTimeout'>): void {
    this.#waited(event, `event_wait/${event.eventType}`, waitAttributes(event), { failure: 'event timeout' });
  }

  onTimerFired(event: HookEvent<'onTimerFired'>): void {
    this.#waited(event, `timer/${event.timerId}`, {
      'romancy.timer_id': event.timerId,
      'romancy.expires_at': event.expiresAt.toISOString(),
      'romancy.fired_at': event.time.toISOString(),
    });
  }

  #succeeded({ instanceId, stepId, attempt, duration }: Ended): void {
    this.turn(instanceId)?.end(stepId, attempt, (span) => {
      span.setAttribute('romancy.duration_ms', duration);
      span.setStatus({ code: SpanStatusCode.OK });
    });
  }

  #failed(
    event: Ended & { readonly error: unknown; readonly maxAttempts?: number; readonly nextDelay?: number },
    retry?: string,
  ): void {
    const { instanceId, stepId, attempt, duration, error, maxAttempts, nextDelay } = event;
    this.turn(instanceId)?.end(stepId, attempt, (span) => {
      span.setAttribute('romancy.duration_ms', duration);
      if (retry !== undefined) {
        const limit = Number.isFinite(maxAttempts) ? { 'romancy.max_attempts': maxAttempts } : {};
        span.addEvent(retry, { 'romancy.attempt': attempt, ...limit, 'romancy.next_delay_ms': nextDelay });
      }
      fail(span, error);
    });
  }

  /** A wait is over: a span of the whole instance, from when it began, in whatever process that was. */
  #waited(event: Waited, name: string, attributes: Attributes, { links = [], failure }: WaitOutcome = {}): void {
    const all = { ...instanceAttributes(event), ...attributes, 'romancy.duration_ms': event.duration };
    const root = this.turn(event.instanceId)?.root ?? ROOT_CONTEXT;
    const span = this.tracer.startSpan(name, { startTime: event.waitingSince, attributes: all, links }, root);
    span.setStatus(
      failure === undefined ? { code: SpanStatusCode.OK } : { code: SpanStatusCode.ERROR, message: failure },
    );
    span.end(event.time);
  }
}

type Waited = Pick<HookEvent<'onTimerFired'>, 'instanceId' | 'workflowName' | 'waitingSince' | 'time' | 'duration'>;

interface WaitOutcome {
  readonly links?: ReturnType<typeof linkTo>;
  readonly failure?: string;
}

function waitAttributes(event: HookEvent<'onEventTimeout'> | HookEvent<'onEventWaitComplete'>): Attributes {
  return {
    'romancy.activity_id': event.stepId,
    'romancy.event_type': event.eventType,
    'romancy.wait_kind': event.kind,
    ...(event.key === null ? {} : { 'romancy.event_key': event.key }),
    ...('deadline' in event ? { 'romancy.timeout_ms': event.deadline.getTime() - event.waitingSince.getTime() } : {}),
  };
}
