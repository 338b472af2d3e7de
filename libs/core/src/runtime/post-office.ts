import type { Logger } from '../ports/logger.js';
import type { MessageStore, PublishedTo } from '../ports/message.js';
import { runInScope } from '../scope/scope.js';
import type { WaitIndex } from './wait-index.js';

/** Many are claimed together, after the commit. */
const FEW = 4;

export interface PostOfficeHost {
  /** The workflow is known here, and this process runs instances. */
  canRun(workflowName: string): boolean;
  /** A message is there for this instance: look for it in its turn, or claim it. */
  hint(instanceId: string, channel: string): void;
  /** A message for these instances is being stored. */
  expect(instanceIds: readonly string[], stored: Promise<unknown>): void;
}

/**
 * Brings the news of what this process has published to those who wait: instances here at once, others of ours by claiming them, a sibling's by
 * bringing it the message (E23b, E26b). All of it is only haste: what is stored is found in any case.
 */
export class PostOffice {
  #news: PublishedTo[] = [];
  #running: Promise<void> | undefined;

  constructor(
    private readonly store: MessageStore,
    private readonly index: WaitIndex,
    private readonly host: PostOfficeHost,
    private readonly logger: Logger,
  ) {}

  /** To be called while a message is being stored: where few wait for it here, its commit and their claim need not come one after the other. */
  storing(message: PublishedTo, stored: Promise<unknown>): void {
    const waiting = [...this.index.waiting(message.channel, message.key)];
    if (waiting.length === 0 || waiting.length > FEW || waiting.some(({ mode }) => mode === 'competing')) return;
    const settled = stored.catch(() => undefined);
    this.host.expect(
      waiting.map(({ instanceId }) => instanceId),
      settled,
    );
  }

  /** To be called once for each message, after its commit. */
  published(news: readonly PublishedTo[]): void {
    for (const one of news) this.#wakeHere(one);
    this.#news.push(...news);
    if (this.#running || this.#news.length === 0) return;
    this.#running = runInScope(undefined, () => this.#run());
  }

  /** Resolves when all news are brought. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Somebody else has published: those who wait here look for it. */
  announced(news: readonly PublishedTo[]): void {
    for (const one of news) this.#wakeHere(one);
  }

  /**
   * Something may have been published unheard: those who have waited in this process look for it. For the rest, which may be many, the
   * stored waits are compared with the stored messages.
   */
  missed(): void {
    const here = (instanceId: string): boolean => !this.index.isOffered(instanceId);
    for (const channel of this.index.channels()) this.#wakeHere({ channel, key: null }, here);
  }

  #wakeHere({ channel, key }: PublishedTo, concerns: (instanceId: string) => boolean = () => true): void {
    let taker = false;
    for (const { instanceId, mode } of this.index.waiting(channel, key)) {
      if (!concerns(instanceId)) continue;
      // One message of a competing channel has one receiver; the next one is the next waiter's.
      if (mode === 'competing' && taker) continue;
      this.host.hint(instanceId, channel);
      if (mode !== 'competing') continue;
      taker = true;
      this.index.moveBack(instanceId, channel);
    }
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#news.length > 0) {
      const news = this.#news;
      this.#news = [];
      try {
        await this.#bring(news);
      } catch (error) {
        this.logger.warn('Those who wait for a message could not be looked up; scans and polls find them.', {
          error: String(error),
        });
      }
    }
    this.#running = undefined;
  }

  async #bring(news: readonly PublishedTo[]): Promise<void> {
    const distinct = new Map(news.map((one) => [JSON.stringify([one.channel, one.key]), one]));
    const left = new Map<string, number>();
    for (const { channel } of news) left.set(channel, (left.get(channel) ?? 0) + 1);
    const { ours, siblings } = await this.store.waiters([...distinct.values()]);
    for (const { instanceId, workflowName, channel, mode } of ours) {
      if (this.index.has(instanceId) || !this.host.canRun(workflowName)) continue;
      if (mode === 'competing' && !take(left, channel)) continue;
      this.host.hint(instanceId, channel);
    }
    for (const sibling of siblings) {
      if (sibling.mode === 'competing' && !take(left, sibling.channel)) continue;
      await this.store.push(sibling);
    }
  }
}

/** One receiver for each message of a competing channel. */
function take(left: Map<string, number>, channel: string): boolean {
  const count = left.get(channel) ?? 0;
  left.set(channel, count - 1);
  return count > 0;
}
