import { types } from 'node:util';
import { context, SpanKind, SpanStatusCode, trace, type Context, type Link, type Tracer } from '@opentelemetry/api';
import {
  currentActivity,
  type StartTrace,
  type TraceContext,
  type TracedStart,
  type TracedWork,
  type Tracing,
} from '@romancy/core';
import { fail, instanceAttributes, now } from './attributes.js';
import { active, fromCarrier, linkTo, toCarrier } from './carrier.js';
import type { WorkflowSpans } from './workflow-spans.js';

/** Brings the context of the application's traces into the engine, and out of it into bodies. */
export class OtelTracing implements Tracing {
  constructor(
    private readonly tracer: Tracer,
    private readonly spans: WorkflowSpans,
  ) {}

  start(start: TracedStart): StartTrace {
    const { parent, link } = start;
    const from = link === undefined ? (parent ? fromCarrier(parent) : active()) : trace.deleteSpan(fromCarrier(link));
    const attributes = instanceAttributes(start);
    const links = [...linkTo(link, 'previous generation'), ...parentLinks(parent, from)];
    const span = this.tracer.startSpan(
      `start/${start.workflowName}`,
      { kind: SpanKind.PRODUCER, startTime: now(), attributes, links },
      from,
    );
    return {
      context: toCarrier(trace.setSpan(from, span)),
      end: (created) => {
        if (created === undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        else span.setAttribute('romancy.created', created);
        span.end(now());
      },
    };
  }

  current(): TraceContext | undefined {
    return toCarrier(active());
  }

  ofInstance(instanceId: string): TraceContext | undefined {
    const turn = this.spans.turn(instanceId);
    return turn && toCarrier(turn.context);
  }

  run<T>(work: TracedWork, body: () => T): T {
    return work.kind === 'attempt' ? this.#attempt(work, body) : this.#send(work, body);
  }

  #attempt<T>({ instanceId, stepId, attempt }: Extract<TracedWork, { kind: 'attempt' }>, body: () => T): T {
    const turn = this.spans.turn(instanceId);
    const found = turn?.attempt(stepId, attempt);
    if (!turn || !found) return body();
    return following(
      () => context.with(trace.setSpan(turn.context, found.span), body),
      () => (found.bodyEnded = now()),
    );
  }

  #send<T>({ event, attempt, instanceId, context: carrier }: Extract<TracedWork, { kind: 'send' }>, body: () => T): T {
    const parent: Context = fromCarrier(carrier);
    const attributes = {
      'romancy.event_type': event.type,
      'romancy.event_id': event.id,
      'romancy.event_source': event.source,
      'romancy.attempt': attempt,
      ...(instanceId === null ? {} : { 'romancy.instance_id': instanceId }),
      'cloudevents.event_type': event.type,
      'cloudevents.event_id': event.id,
      'cloudevents.event_source': event.source,
    };
    const options = { kind: SpanKind.PRODUCER, startTime: now(), attributes };
    const span = this.tracer.startSpan(`outbox_send/${event.type}`, options, parent);
    return following(
      () => context.with(trace.setSpan(parent, span), body),
      (failure) => {
        if (failure) fail(span, failure.error);
        else span.setStatus({ code: SpanStatusCode.OK });
        span.end(now());
      },
    );
  }
}

/** An instance that an activity starts is a child: it belongs to the trace, and refers to the attempt. */
function parentLinks(parent: TraceContext | undefined, from: Context): Link[] {
  const activity = parent === undefined ? currentActivity() : undefined;
  const found = activity && trace.getSpanContext(from);
  if (!activity || !found) return [];
  const attributes = { 'romancy.link': 'parent', 'romancy.parent_instance_id': activity.instanceId };
  return [{ context: found, attributes }];
}

/** Runs the body and tells when it has ended, at once or with its promise. */
function following<T>(body: () => T, ended: (failure?: { readonly error: unknown }) => void): T {
  let result: T;
  try {
    result = body();
  } catch (error) {
    ended({ error });
    throw error;
  }
  // A thenable that is no promise may begin its work when it is asked for: it is left alone.
  if (!types.isPromise(result)) return result;
  result.then(
    () => {
      ended();
    },
    (error: unknown) => {
      ended({ error });
    },
  );
  return result;
}
