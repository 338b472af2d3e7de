import { setTimeout as sleep } from 'node:timers/promises';
import { OrdersProcess } from '../support/orders-process.js';

/** A time in which a process stood still. */
export interface Pause {
  readonly from: number;
  readonly to: number;
}

/** The processes of the example. One that ends is replaced, as a supervisor does; one that cannot start is started again. */
export class Fleet {
  readonly pauses: Pause[] = [];
  readonly #awake = new Set<OrdersProcess>();
  readonly #busy = new Set<Promise<void>>();
  readonly #endedOutputs: string[] = [];
  #closed = false;

  constructor(private readonly database: string) {}

  async open(workers: number): Promise<void> {
    await Promise.all(Array.from({ length: workers }, () => this.#employ()));
  }

  /** Processes that can answer. */
  get awake(): readonly OrdersProcess[] {
    return [...this.#awake];
  }

  /** Ends one, with a word or without, and starts another one after a while. */
  replace(worker: OrdersProcess, how: 'kill' | 'stop', after: number): void {
    this.#awake.delete(worker);
    this.#inBackground(async () => {
      await worker[how]();
      this.#endedOutputs.push(worker.output);
      await sleep(after);
      await this.#employ();
    });
  }

  pause(worker: OrdersProcess, milliseconds: number): void {
    this.#awake.delete(worker);
    this.#inBackground(async () => {
      const from = Date.now();
      worker.signal('SIGSTOP');
      await sleep(milliseconds);
      worker.signal('SIGCONT');
      this.pauses.push({ from, to: Date.now() });
      this.#awake.add(worker);
    });
  }

  /** Resolves when every process that was asked for is there and awake. */
  async complete(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  get outputs(): readonly string[] {
    return [...this.#endedOutputs, ...this.awake.map(({ output }) => output)];
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.complete();
    await Promise.all(this.awake.map((worker) => worker.kill()));
  }

  async #employ(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#awake.add(await OrdersProcess.start({ database: this.database }));
        return;
      } catch (error) {
        // The database may be down just now.
        this.#endedOutputs.push(String(error));
        await sleep(500);
      }
    }
  }

  #inBackground(work: () => Promise<void>): void {
    const busy = work().finally(() => this.#busy.delete(busy));
    this.#busy.add(busy);
  }
}
