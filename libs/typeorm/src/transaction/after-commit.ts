import type { QueryRunner } from 'typeorm';

interface Callback {
  depth: number;
  readonly run: () => void;
}

type TransactionRunner = QueryRunner & { readonly transactionDepth?: number };

const hooks = new WeakMap<QueryRunner, AfterCommit>();

/** Callbacks for the commit of a query runner's transaction. One that was registered inside a savepoint is dropped with that savepoint. */
export class AfterCommit {
  #callbacks: Callback[] = [];

  private constructor(private readonly runner: TransactionRunner) {
    const commit = runner.commitTransaction.bind(runner);
    const rollback = runner.rollbackTransaction.bind(runner);
    runner.commitTransaction = async () => {
      const { depth } = this;
      await commit();
      if (depth > 1)
        this.#callbacks = this.#callbacks.map((callback) => ({
          ...callback,
          depth: Math.min(callback.depth, depth - 1),
        }));
      else this.committed();
    };
    runner.rollbackTransaction = async () => {
      const { depth } = this;
      this.#callbacks = this.#callbacks.filter((callback) => callback.depth < depth);
      await rollback();
    };
  }

  static of(runner: QueryRunner): AfterCommit {
    let hook = hooks.get(runner);
    if (hook === undefined) {
      hook = new AfterCommit(runner);
      hooks.set(runner, hook);
    }
    return hook;
  }

  /** Of a runner on which a callback may have been registered. */
  static find(runner: QueryRunner): AfterCommit | undefined {
    return hooks.get(runner);
  }

  get depth(): number {
    return this.runner.transactionDepth ?? 1;
  }

  register(run: () => void): void {
    this.#callbacks.push({ depth: this.depth, run });
  }

  committed(): void {
    for (const { run } of this.#callbacks.splice(0)) run();
  }
}
