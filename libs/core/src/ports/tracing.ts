import type { CloudEventValue } from '../events/cloud-event.js';

/** The context of a distributed trace as texts, under the names that carry it over HTTP: `traceparent`, `tracestate`, `baggage`. */
export type TraceContext = Readonly<Record<string, string>>;

/** An instance that is about to be created. */
export interface TracedStart {
  readonly instanceId: string;
  readonly workflowName: string;
  /** Of whoever asks for it; undefined where the context of the calling code counts. */
  readonly parent: TraceContext | undefined;
  /** The instance is a trace of its own that refers to this one: the generation before. */
  readonly link: TraceContext | undefined;
}

/** The start of an instance as it is traced. */
export interface StartTrace {
  /** Is stored with the instance. */
  readonly context: TraceContext | undefined;
  /** @param created false where the instance existed; undefined where the start failed */
  end(created: boolean | undefined): void;
}

/** What runs in a context of its own. */
export type TracedWork =
  | { readonly kind: 'attempt'; readonly instanceId: string; readonly stepId: string; readonly attempt: number }
  | {
      readonly kind: 'send';
      readonly event: CloudEventValue;
      readonly attempt: number;
      /** The instance that has emitted it; null for none. */
      readonly instanceId: string | null;
      /** Of whoever has emitted it. */
      readonly context: TraceContext | undefined;
    };

/**
 * Carries the context of distributed traces along with the work: into the database with what is started, and from there into activities, messages
 * and events. Its methods are called on the way and must neither block nor throw.
 */
export interface Tracing {
  start(start: TracedStart): StartTrace;
  /** Context of the code that calls; undefined for none. */
  current(): TraceContext | undefined;
  /** Context of an instance that runs in this process, for what its workflow itself sends. */
  ofInstance(instanceId: string): TraceContext | undefined;
  /** Runs it in its context. */
  run<T>(work: TracedWork, body: () => T): T;
}
