import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';

interface Named {
  readonly instanceId: string;
  readonly workflowName: string;
}

/** What every span about an instance carries. */
export function instanceAttributes({ instanceId, workflowName }: Named): Attributes {
  return { 'romancy.instance_id': instanceId, 'romancy.workflow_name': workflowName };
}

/** Marks a span as failed, with the error as an event of it. */
export function fail(span: Span, error: unknown): void {
  const known = error instanceof Error ? error : new Error(String(error));
  span.recordException(known);
  span.setAttribute('error.type', known.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: known.message });
}

/** Milliseconds since the epoch with their fraction: start and end of a span by one clock. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
