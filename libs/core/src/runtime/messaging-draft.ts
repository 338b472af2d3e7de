import type { CommitEntry } from '../ports/commit.js';
import type { NewInstance } from '../ports/instance.js';
import type { NewMessage } from '../ports/new-message.js';
import type { CursorMove, NewSubscription, NewWait } from '../ports/subscription.js';

type Parts = Pick<
  CommitEntry,
  | 'messages'
  | 'addSubscriptions'
  | 'removeSubscriptions'
  | 'addWaits'
  | 'removeWaits'
  | 'cursors'
  | 'joinGroups'
  | 'leaveGroups'
  | 'recur'
  | 'recurSubscriptions'
>;

/** The share of an {@link EntryDraft} that concerns others: messages, subscriptions, waits, groups, the next generation. */
export class MessagingDraft implements Parts {
  readonly messages: NewMessage[] = [];
  readonly addSubscriptions: NewSubscription[] = [];
  readonly removeSubscriptions: string[] = [];
  addWaits: NewWait[] = [];
  removeWaits: string[] = [];
  readonly cursors: CursorMove[] = [];
  readonly joinGroups: string[] = [];
  readonly leaveGroups: string[] = [];
  recur: NewInstance | null = null;
  recurSubscriptions: readonly NewSubscription[] = [];

  /** Nothing that would be worth a commit of its own: cursors and waits come and go with history rows. */
  get isEmpty(): boolean {
    return (
      this.messages.length === 0 &&
      this.joinGroups.length === 0 &&
      this.leaveGroups.length === 0 &&
      this.removeSubscriptions.length === 0 &&
      this.recur === null
    );
  }

  /** Appends what was recorded afterwards. */
  append(later: MessagingDraft): void {
    this.messages.push(...later.messages);
    this.addSubscriptions.push(...later.addSubscriptions);
    this.removeSubscriptions.push(...later.removeSubscriptions);
    this.addWaits.push(...later.addWaits);
    this.removeWaits.push(...later.removeWaits);
    this.cursors.push(...later.cursors);
    this.joinGroups.push(...later.joinGroups);
    this.leaveGroups.push(...later.leaveGroups);
    this.recur = later.recur ?? this.recur;
    if (later.recur !== null) this.recurSubscriptions = later.recurSubscriptions;
  }

  /** Takes over the effects of recorded steps from a draft that was refused; its waits and its next generation are void. */
  salvage(refused: MessagingDraft): void {
    this.messages.unshift(...refused.messages);
    this.addSubscriptions.unshift(...refused.addSubscriptions);
    this.removeSubscriptions.unshift(...refused.removeSubscriptions);
    this.cursors.unshift(...refused.cursors);
    this.joinGroups.unshift(...refused.joinGroups);
    this.leaveGroups.unshift(...refused.leaveGroups);
  }

  /** The instance is ending: it waits for nothing and has no next generation. */
  dropPlans(): void {
    this.addWaits = [];
    this.recur = null;
    this.recurSubscriptions = [];
  }
}
