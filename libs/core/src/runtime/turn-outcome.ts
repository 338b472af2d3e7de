import { completedOutput, recurredOutput } from '../history/envelope.js';
import type { ActiveTurn } from './active-turn.js';
import { nextGeneration } from './instance-id.js';
import { newInstance } from './new-instance.js';

/** The workflow has returned: one entry ends the instance (E15). */
export async function complete(turn: ActiveTurn, value: unknown): Promise<void> {
  const result = await sealed(turn, value);
  // A cancellation may have come while the result was sealed.
  if (result === undefined || !turn.running) return;
  turn.clearWaits();
  turn.abandonBodies();
  const output = completedOutput(result, value === undefined);
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
  const inputText = nextId === undefined ? undefined : await sealed(turn, input);
  if (nextId === undefined || inputText === undefined || !turn.running) return;
  const lock = turn.stopping ? null : { token: services.nextToken(), leaseMs: services.settings.leaseMs };
  const next = newInstance(services, definition, {
    instanceId: nextId,
    continuedFrom: instanceId,
    chain: turn.root,
    startedAt: turn.journal.stamp(),
    input: inputText,
    lock,
  });
  turn.clearWaits();
  const draft = turn.conclude({ kind: 'recurred', next, memory });
  draft.status = 'recurred';
  draft.output = recurredOutput(inputText);
  draft.cleanUp = true;
  draft.messaging.recur = next;
  draft.messaging.recurSubscriptions = [...memory.subscriptions.values()].map((one) => one.carried());
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

/** Undefined where the value cannot be stored: then the workflow has failed. */
async function sealed(turn: ActiveTurn, value: unknown): Promise<string | undefined> {
  const { payloads } = turn.services;
  try {
    return value === undefined ? 'null' : await payloads.seal(payloads.encode(value));
  } catch (error) {
    turn.settle({ kind: 'failed', error });
    return undefined;
  }
}
