import { currentScope, skipOwnFrames, type WorkflowScope } from '@romancy/core';
import type { CallExecutor } from '../generation/call-executor.js';
import type { LlmAnswer, LlmParsedAnswer } from '../interfaces/answer.interface.js';
import type { Redactor } from '../redaction/redactor.js';
import type { LlmTotals } from '../usage/usage.js';
import { digestOf } from './call-digest.js';
import type { CallStash } from './call-stash.js';
import type { LiveCall } from './live-call.js';
import type { LlmActivities } from './llm.activities.js';
import type { RecordedCall } from './recorded-call.js';
import { RunMemories } from './run-memory.js';

// The step is asked for here; the call that a message should name is that of the workflow.
skipOwnFrames();

/** Where every call goes through: in workflow code it becomes a step, elsewhere it is made on the spot. */
export class CallDesk {
  readonly #runs = new RunMemories();

  constructor(
    private readonly activities: LlmActivities,
    private readonly executor: CallExecutor,
    private readonly stash: CallStash,
    private readonly redactor: Redactor,
  ) {}

  async make(live: LiveCall): Promise<LlmAnswer | LlmParsedAnswer<unknown>> {
    const scope = currentScope();
    const recorded = scope?.kind === 'workflow' ? await this.#durable(scope, live) : await this.executor.execute(live);
    const { answer, parsed } = recorded;
    return parsed ? { ...answer, value: parsed.value } : answer;
  }

  /** Totals of the run that asks; undefined where none does. */
  totals(): LlmTotals | undefined {
    const scope = currentScope();
    return scope?.kind === 'workflow' ? this.#runs.of(scope).totals : undefined;
  }

  /** Takes its number before anything is awaited, so that the order of calls decides. */
  async #durable(scope: WorkflowScope, live: LiveCall): Promise<RecordedCall> {
    const memory = this.#runs.of(scope);
    const ref = memory.nextRef();
    this.stash.put(scope.instanceId, ref, live);
    try {
      const reference = { call: live.name, ref, digest: digestOf(live, this.redactor) };
      const recorded = await this.activities.complete(reference);
      memory.add(recorded.answer);
      return recorded;
    } finally {
      this.stash.drop(scope.instanceId, ref, live);
    }
  }
}
