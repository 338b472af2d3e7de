import type { TerminalStatus } from '../ports/instance.js';
import type { TurnEnd, TurnInstance } from './turn-types.js';

export interface EndNotice {
  readonly workflowName: string;
  readonly status: TerminalStatus;
  /** JSON text of output_data. */
  readonly output: string;
}

/** What a turn's end tells; undefined where the instance goes on elsewhere. */
export function noticeOf({ definition }: TurnInstance, end: TurnEnd): EndNotice | undefined {
  const workflowName = definition.name;
  if (end.kind === 'ended') return { workflowName, status: end.status, output: end.output };
  return end.kind === 'recurred' ? { workflowName, status: 'recurred', output: 'null' } : undefined;
}

/** Tells waiters of this process that an instance has ended here, without a look at the database. */
export class EndNotices {
  readonly #waiters = new Map<string, Set<(notice: EndNotice | undefined) => void>>();

  /** Calls back once: with the notice, or with undefined when the instance left this process without ending. */
  subscribe(instanceId: string, callback: (notice: EndNotice | undefined) => void): () => void {
    const waiters = this.#waiters.get(instanceId) ?? new Set();
    this.#waiters.set(instanceId, waiters.add(callback));
    return () => {
      waiters.delete(callback);
      if (waiters.size === 0 && this.#waiters.get(instanceId) === waiters) this.#waiters.delete(instanceId);
    };
  }

  announce(instanceId: string, notice: EndNotice | undefined): void {
    const waiters = this.#waiters.get(instanceId);
    if (!waiters) return;
    this.#waiters.delete(instanceId);
    for (const callback of waiters) callback(notice);
  }
}
