import { referenceSaga, type SagaInput } from './reference-saga.js';
import type { Worker } from './worker.js';
import { Cluster, type ClusterOptions } from './cluster.js';

export type Ending = SagaInput['ending'];

/** What a user can see of a run when it is over, without what time and place of execution change. */
export interface Observation {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly steps: readonly string[];
  readonly effects: readonly string[];
  readonly outside: readonly string[];
}

const INSTANCE = 's';

/** The reference saga on one database, driven by one process after another. */
export class SagaRun {
  readonly world: Cluster;

  constructor(
    readonly ending: Ending,
    options: Partial<ClusterOptions> = {},
  ) {
    this.world = new Cluster({
      application: referenceSaga,
      ...options,
      settings: { resumeInterval: '5s', timerInterval: '1m', ...options.settings },
    });
  }

  /** Drives a fresh process until the saga is over or the process is dead. */
  async drive(prepare: (worker: Worker) => void = () => undefined): Promise<Worker> {
    const worker = this.world.process();
    prepare(worker);
    // A client that gets no answer asks again: the start is idempotent.
    void worker.engine
      .start()
      .then(() =>
        worker.engine.startInstance({ workflowName: 'saga', instanceId: INSTANCE, input: { ending: this.ending } }),
      )
      .catch((error: unknown) => this.world.violations.push(`the start was refused: ${String(error)}`));
    let asked = false;
    const done = await this.world.runUntil(() => {
      if (worker.dead || this.world.isOver(INSTANCE)) return true;
      if (!asked && this.#isTimeToCancel()) {
        asked = true;
        worker.engine
          .cancel(INSTANCE, 'changed my mind')
          .catch((error: unknown) => this.world.violations.push(`the cancellation was refused: ${String(error)}`));
      }
      return false;
    });
    if (!done) this.world.violations.push(`never ended: ${JSON.stringify(this.world.row(INSTANCE))}`);
    return worker;
  }

  observe(): Observation {
    const row = this.world.row(INSTANCE);
    return {
      status: row?.status,
      output: withoutPlace(JSON.parse(row?.output ?? 'null')),
      steps: this.world
        .recorded(INSTANCE)
        .map((id) => id.replace(/^compensation:\d+$/, 'compensation'))
        .sort(),
      effects: [...this.world.storage.effects].sort(),
      outside: [
        ...new Set(
          this.world.outside.map(
            (call) => `${call.name} as ${call.idempotencyKey.replace(/compensation:\d+/, 'compensation')}`,
          ),
        ),
      ].sort(),
    };
  }

  #isTimeToCancel(): boolean {
    const row = this.world.row(INSTANCE);
    return (
      this.ending === 'cancelled' &&
      row?.stage === 'resting' &&
      row.status === 'waiting_for_timer' &&
      row.cancelRequestedAt === null
    );
  }
}

/** Stacks and clock readings differ from run to run. */
function withoutPlace(output: unknown): unknown {
  if (typeof output !== 'object' || output === null) return output;
  const { stack_trace: _stack, cancelled_at: _at, ...rest } = output as Record<string, unknown>;
  return rest;
}
