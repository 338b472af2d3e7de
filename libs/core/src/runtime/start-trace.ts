import type { StartTrace, TraceContext } from '../ports/tracing.js';
import type { EngineServices } from './services.js';

interface Begun {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly parent?: TraceContext | undefined;
  readonly link?: TraceContext | undefined;
}

/** The start of an instance in the trace of whoever asks for it. Without tracing, what was handed over is only passed on. */
export function traceStart({ tracing }: Pick<EngineServices, 'tracing'>, begun: Begun): StartTrace {
  const { instanceId, workflowName, parent, link } = begun;
  return tracing?.start({ instanceId, workflowName, parent, link }) ?? { context: parent, end: () => undefined };
}
