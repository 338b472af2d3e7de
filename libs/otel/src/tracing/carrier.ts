import { context, propagation, ROOT_CONTEXT, trace, type Context, type Link } from '@opentelemetry/api';
import type { TraceContext } from '@romancy/core';

/** The context as the propagators of the application write it; undefined where they write nothing. */
export function toCarrier(from: Context): TraceContext | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return Object.keys(carrier).length === 0 ? undefined : carrier;
}

/** A stored context; the empty one for none. */
export function fromCarrier(carrier: TraceContext | undefined): Context {
  return carrier === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, carrier);
}

/** A link to the span of a stored context. */
export function linkTo(carrier: TraceContext | undefined, relation: string): Link[] {
  const found = trace.getSpanContext(fromCarrier(carrier));
  return found === undefined ? [] : [{ context: found, attributes: { 'romancy.link': relation } }];
}

/** The context of the calling code. */
export function active(): Context {
  return context.active();
}
