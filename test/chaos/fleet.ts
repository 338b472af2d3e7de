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
  #employed = 0;

  /** @param databases addresses of one database; the processes use them in turn */
  constructor(private readonly databases: readonly string[]) {}

  async open(workers: number): Promise<void> {
    // The lock of migrations is known to one node of a cluster alone: there they are run before anybody else comes.
    const alone = this.databases.length > 1 ? 1 : 0;
    if (alone === 1) await this.#employ();
    await Promise.all(Array.from({ length: workers - alone }, () => this.#employ()));
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
        this.#awake.add(await OrdersProcess.start({ database: this.#nextAddress() }));
        return;
      } catch (error) {
        // The database may be down just now.
        this.#endedOutputs.push(String(error));
        await sleep(500);
      }
    }
  }

  #nextAddress(): string {
    const address = this.databases[this.#employed++ % this.databases.length];
    if (address === undefined) throw new Error('The database has no address.');
    return address;
  }

  #inBackground(work: () => Promise<void>): void {
    const busy = work().finally(() => this.#busy.delete(busy));
    this.#busy.add(busy);
  }
}
