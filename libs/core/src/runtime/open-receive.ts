import type { MessageRow, PendingRequest } from '../ports/message.js';
import type { NewWait } from '../ports/subscription.js';
import type { ReceiveCommand } from '../replay/command.js';
import type { SubscriptionState } from './subscription-state.js';

/** Messages that one look brings at most; they serve the next waits, too. */
const PULLED_AT_ONCE = 20;

/** A wait for a message that an instance has open. */
export class OpenReceive {
  /** The deadline has passed. */
  late = false;
  /** Hints that something may be there, and how many of them have been followed up. */
  #hints = 1;
  #followed = 0;

  constructor(
    readonly command: ReceiveCommand,
    readonly subscriptions: readonly SubscriptionState[],
  ) {}

  get stepId(): string {
    return this.command.stepId;
  }

  get competing(): boolean {
    return this.subscriptions[0]?.mode === 'competing';
  }

  get stale(): boolean {
    return this.#followed < this.#hints;
  }

  get hints(): number {
    return this.#hints;
  }

  hint(): void {
    this.#hints += 1;
  }

  /** A look that began after so many hints has found nothing more. */
  followed(hints: number): void {
    this.#followed = Math.max(this.#followed, hints);
  }

  listensTo(channel: string): boolean {
    return this.subscriptions.some((subscription) => subscription.channel === channel);
  }

  rows(): readonly NewWait[] {
    const { key } = this.command;
    return this.subscriptions.map(({ channel, since, newest }) => {
      return { stepId: this.stepId, channel, key, since, after: newest };
    });
  }

  requests(): readonly PendingRequest[] {
    return this.subscriptions.map((subscription) => subscription.request(this.command.key, PULLED_AT_ONCE));
  }

  /** What is for this wait; a message that came after the deadline is not. */
  accepts(message: MessageRow): boolean {
    const { key, deadline } = this.command;
    if (key !== null && message.key !== key) return false;
    if (deadline !== undefined && message.publishedAt > deadline) return false;
    return !this.subscriptions.some((one) => one.channel === message.channel && one.isPast(message));
  }
}
