import type { MessageRow, PendingRequest } from '../ports/message.js';
import type { ActiveTurn } from './active-turn.js';
import { OpenReceive } from './open-receive.js';
import { planReceive } from './receive-plan.js';

type Lists = readonly (readonly MessageRow[])[];

/**
 * A look for messages that is under way before it is known to be wanted: while a turn reads whether its history has grown, as it hardly ever has. It
 * serves the first look of the turn if that asks for the same, and nobody has hinted at anything meanwhile.
 */
export class LookAhead {
  #lists: Promise<Lists> | undefined;

  private constructor(
    private readonly asked: string,
    lists: Promise<Lists>,
  ) {
    // Where nobody takes it, nobody hears of its failure.
    lists.catch(() => undefined);
    this.#lists = lists;
  }

  /** For what the instance waits for as far as that is known; undefined where nothing is. */
  static begin({ memory, root, services }: ActiveTurn): LookAhead | undefined {
    if (!memory.started) return undefined;
    const requests: PendingRequest[] = [];
    for (const command of memory.coroutine.pendingCommands()) {
      if (command.kind !== 'receive') continue;
      const plan = planReceive(command, memory, root);
      if (plan.kind !== 'ready') continue;
      const open = new OpenReceive(command, plan.subscriptions);
      if (!open.competing) requests.push(...open.requests());
    }
    if (requests.length === 0) return undefined;
    return new LookAhead(JSON.stringify(requests), services.puller.pull(requests));
  }

  /** The answer, once, and only to the question that was asked. */
  take(requests: readonly PendingRequest[]): Promise<Lists> | undefined {
    const lists = this.#lists;
    this.#lists = undefined;
    return JSON.stringify(requests) === this.asked ? lists : undefined;
  }
}
