import { resolveOutbox, type OutboxOptions } from '../outbox/outbox-options.js';
import { Relay } from '../outbox/relay.js';
import type { ProcessIdentity } from '../runtime/process-identity.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

export const OUTBOX_LOOP = 'romancy:outbox';

const CLEAN_UP_INTERVAL = 30_000;
const CLEAN_UP_BATCH = 1000;
/** Edda gives an attempt 30 seconds, and sends ten one after another. */
const SIBLING_GRACE = 10 * 60_000;

/** The relay of the outbox and its housekeeping. */
export function outboxLoops(services: EngineServices, identity: ProcessIdentity, options: OutboxOptions): Loop[] {
  const { storage, clock, logger, hooks, tracing } = services;
  const outbox = resolveOutbox(options);
  const relay: Relay = new Relay({
    store: storage.outboxEvents,
    outbox,
    clock,
    logger,
    hooks,
    tracing,
    nextToken: () => identity.nextToken(),
    onFree: () => {
      sending.wake();
    },
  });
  const sending = new RelayLoop(relay, services, outbox);
  const cleaning = new Loop(
    {
      name: 'romancy:outbox-clean-up',
      intervalMs: CLEAN_UP_INTERVAL,
      run: async () => {
        const takenBack = await storage.outboxEvents.watchSiblings(SIBLING_GRACE, CLEAN_UP_BATCH);
        if (takenBack > 0) {
          logger.warn('The relay of another framework has given up events of this one; they are tried again.', {
            events: takenBack,
          });
          sending.wake();
        }
        if (outbox.retentionMs === Infinity) return 0;
        const removed = await storage.outboxEvents.removePublished(outbox.retentionMs, CLEAN_UP_BATCH);
        if (removed === CLEAN_UP_BATCH) cleaning.wake();
        return removed;
      },
    },
    clock,
    logger,
  );
  return [sending, cleaning];
}

class RelayLoop extends Loop {
  constructor(
    private readonly relay: Relay,
    services: EngineServices,
    intervals: { readonly intervalMs: number; readonly maxIntervalMs: number },
  ) {
    const run = async (): Promise<number> => {
      const sent = await relay.pass();
      // There may be more than one pass could take.
      if (sent > 0) this.wake();
      return sent;
    };
    super({ name: OUTBOX_LOOP, ...intervals, run }, services.clock, services.logger);
  }

  override async stop(): Promise<void> {
    this.pause();
    await this.relay.stop();
    await super.stop();
  }
}
