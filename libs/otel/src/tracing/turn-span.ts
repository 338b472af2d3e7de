import { trace, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { now } from './attributes.js';

/** An attempt that has begun. Its body may have ended already, before its outcome is recorded. */
export interface AttemptSpan {
  readonly span: Span;
  bodyEnded: number | undefined;
}

/** The spans of an instance that this process has in hand. */
export class TurnSpan {
  readonly context: Context;
  replay: Span | undefined;
  readonly #attempts = new Map<string, AttemptSpan>();

  constructor(
    readonly span: Span,
    /** Of the whole instance: what goes on from turn to turn belongs to it. */
    readonly root: Context,
  ) {
    this.context = trace.setSpan(root, span);
  }

  begin(tracer: Tracer, { name, stepId, attempt }: Begun, attributes: Attributes): void {
    const span = tracer.startSpan(name, { startTime: now(), attributes }, this.context);
    this.#attempts.set(keyOf(stepId, attempt), { span, bodyEnded: undefined });
  }

  attempt(stepId: string, attempt: number): AttemptSpan | undefined {
    return this.#attempts.get(keyOf(stepId, attempt));
  }

  /** Ends the span of an attempt when its body has ended. */
  end(stepId: string, attempt: number, describe: (span: Span) => void): void {
    const found = this.attempt(stepId, attempt);
    if (!found) return;
    this.#attempts.delete(keyOf(stepId, attempt));
    describe(found.span);
    found.span.end(found.bodyEnded ?? now());
  }

  /** Ends all that is open: bodies that nobody waits for any more are not recorded. */
  close(): void {
    this.replay?.end(now());
    for (const { span, bodyEnded } of this.#attempts.values()) {
      span.setAttribute('romancy.recorded', false);
      span.end(bodyEnded ?? now());
    }
    this.#attempts.clear();
    this.span.end(now());
  }
}

interface Begun {
  readonly name: string;
  readonly stepId: string;
  readonly attempt: number;
}

function keyOf(stepId: string, attempt: number): string {
  return `${stepId} ${String(attempt)}`;
}
