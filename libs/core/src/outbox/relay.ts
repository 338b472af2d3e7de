import type { TimerHandle } from '../ports/clock.js';
import type { OutboxStore } from '../ports/outbox.js';
import { Delivery, type DeliveryDeps } from './delivery.js';
import { Settler } from './settler.js';

/** A slow receiver keeps its slots, and not the others waiting. */
const PASS_MS = 1000;
/** Beyond the time that an attempt may take: for noting what became of it. */
const LEASE_MARGIN_MS = 30_000;

export interface RelayDeps extends DeliveryDeps {
  readonly store: OutboxStore;
  readonly nextToken: () => string;
  /** Brings the next pass forward: slots have become free. */
  readonly onFree: () => void;
}

/**
 * Sends what is in the outbox, at least once. What is claimed is sent at once, so a claim outlives its attempts; the rows of a process that dies
 * are claimed by another one when their lease has run out.
 */
export class Relay {
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();

  constructor(private readonly deps: RelayDeps) {}

  /** Claims as many events as slots are free; answers how many. */
  async pass(): Promise<number> {
    const { store, outbox, clock, logger, nextToken } = this.deps;
    const free = outbox.concurrency - this.#inFlight.size;
    if (free <= 0 || this.#stopping.signal.aborted) return 0;
    const token = nextToken();
    const rows = await store.claim({ token, leaseMs: outbox.timeoutMs + LEASE_MARGIN_MS, limit: free });
    if (rows.length === 0) return 0;
    const settler = new Settler(store, token, logger);
    const sent = rows.map((row) =>
      this.#track(new Delivery(this.deps, row).run(this.#stopping.signal).then((outcome) => settler.add(outcome))),
    );
    const all = Promise.all(sent);
    let timer: TimerHandle | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = clock.after(PASS_MS, () => {
        resolve('late');
      });
    });
    if ((await Promise.race([all, late])) === 'late') void all.then(this.deps.onFree);
    timer?.cancel();
    return rows.length;
  }

  /** Stops attempts that are under way and gives their events back. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The relay is shutting down.'));
    await this.idle();
  }

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }
}
