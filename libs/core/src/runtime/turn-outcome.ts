import { completedOutput, recurredOutput } from '../history/envelope.js';
import type { NewInstance } from '../ports/instance.js';
import type { StartTrace } from '../ports/tracing.js';
import type { ActiveTurn } from './active-turn.js';
import { nextGeneration } from './instance-id.js';
import { newInstance, startEvent } from './new-instance.js';
import { traceStart } from './start-trace.js';
import { readTrace, traceText } from './trace-text.js';
import { whenDone } from './turn-report.js';

interface Sealed {
  readonly stored: string;
  /** For listeners: the workflow, or whoever runs next, has the value itself and may have changed it meanwhile. */
  readonly copy: () => unknown;
}

/** The workflow has returned: one entry ends the instance (E15). */
export function complete(turn: ActiveTurn, value: unknown): void | Promise<void> {
  const texts = sealed(turn, value);
  if (!(texts instanceof Promise)) finish(turn, value, texts);
  else
    return texts.then((known) => {
      finish(turn, value, known);
    });
}

function finish(turn: ActiveTurn, value: unknown, texts: Sealed | undefined): void {
  // A cancellation may have come while the result was sealed.
  if (texts === undefined || !turn.running) return;
  turn.clearWaits();
  turn.bodies.leaveBehind();
  const output = completedOutput(texts.stored, value === undefined);
  whenDone(turn.journal.draft, turn.services.hooks.onWorkflowComplete, () => ({
    ...turn.report.endFacts(),
    result: texts.copy(),
  }));
  const draft = turn.conclude({ kind: 'ended', status: 'completed', output });
  draft.status = 'completed';
  draft.output = output;
  draft.cleanUp = turn.memory.dirty;
}

/** The workflow asks for its next generation: one entry archives this one and starts that one (E15b). */
export async function recur(turn: ActiveTurn, input: unknown): Promise<void> {
  const { instance, services, memory } = turn;
  const { definition, instanceId } = instance;
  const nextId = attempt(turn, () => nextGeneration(turn.root, instanceId));
  const texts = nextId === undefined ? undefined : await sealed(turn, input);
  if (nextId === undefined || texts === undefined || !turn.running) return;
  const lock = turn.stopping ? null : { token: services.nextToken(), leaseMs: services.settings.leaseMs };
  const trace = traceStart(services, {
    instanceId: nextId,
    workflowName: definition.name,
    link: readTrace(instance.trace),
  });
  const next = newInstance(services, definition, {
    instanceId: nextId,
    continuedFrom: instanceId,
    chain: turn.root,
    startedAt: turn.journal.stamp(),
    input: texts.stored,
    trace: traceText(trace.context),
    lock,
  });
  turn.clearWaits();
  tellNext(turn, next, texts, trace);
  const draft = turn.conclude({ kind: 'recurred', next, memory });
  draft.status = 'recurred';
  draft.output = recurredOutput(texts.stored);
  draft.cleanUp = true;
  draft.messaging.recur = next;
  draft.messaging.recurSubscriptions = [...memory.subscriptions.values()].map((one) => one.carried());
}

/** Told when the next generation exists: this one has ended, that one has begun. */
function tellNext(turn: ActiveTurn, next: NewInstance, { copy }: Sealed, trace: StartTrace): void {
  const { hooks } = turn.services;
  const { draft } = turn.journal;
  draft.onCommitted.push(() => {
    trace.end(true);
  });
  whenDone(draft, hooks.onWorkflowRecur, () => ({
    ...turn.report.endFacts(),
    nextInstanceId: next.instanceId,
    input: copy(),
  }));
  whenDone(draft, hooks.onWorkflowStart, () => startEvent(next, copy()));
}

/** Undefined where it throws: then the workflow has failed. */
function attempt<T>(turn: ActiveTurn, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    turn.settle({ kind: 'failed', error });
    return undefined;
  }
}

/** Undefined where the value cannot be stored: then the workflow has failed. A promise only where texts are changed before they are stored. */
function sealed(turn: ActiveTurn, value: unknown): Sealed | undefined | Promise<Sealed | undefined> {
  const { payloads } = turn.services;
  if (value === undefined) return { stored: 'null', copy: () => undefined };
  const failed = (error: unknown): Sealed | undefined => {
    turn.settle({ kind: 'failed', error });
    return undefined;
  };
  try {
    const text = payloads.encode(value);
    const copy = (): unknown => payloads.decode(text);
    const stored = payloads.seal(text);
    return typeof stored === 'string'
      ? { stored, copy }
      : stored.then((sealedText) => ({ stored: sealedText, copy }), failed);
  } catch (error) {
    return failed(error);
  }
}
