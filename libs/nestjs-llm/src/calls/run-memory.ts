import type { WorkflowScope } from '@romancy/core';
import { addAnswer, NO_TOTALS, type LlmTotals } from '../usage/usage.js';
import type { LlmAnswer } from '../interfaces/answer.interface.js';

/** What one run of a workflow has done so far; a replay goes through the same states. */
class RunMemory {
  totals: LlmTotals = NO_TOTALS;
  #calls = 0;

  nextRef(): number {
    this.#calls += 1;
    return this.#calls;
  }

  add(answer: LlmAnswer): void {
    this.totals = addAnswer(this.totals, answer);
  }
}

/** By run: the scope is made anew for each, and gone with it. */
export class RunMemories {
  readonly #runs = new WeakMap<WorkflowScope, RunMemory>();

  of(scope: WorkflowScope): RunMemory {
    const known = this.#runs.get(scope);
    if (known) return known;
    const memory = new RunMemory();
    this.#runs.set(scope, memory);
    return memory;
  }
}
