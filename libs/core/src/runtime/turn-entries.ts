import { EntryConflictError } from '../errors/storage-errors.js';
import type { ActiveTurn } from './active-turn.js';
import { unwritable } from './blocking.js';
import type { EntryDraft } from './entry-draft.js';
import type { JournalOwner, Refusal } from './journal.js';

/** What a turn does when an entry of its journal is written, or cannot be: then it cancels, blocks, or gives the instance up. */
export class TurnEntries implements JournalOwner {
  constructor(private readonly turn: ActiveTurn) {}

  within(work: () => void): void {
    this.turn.within(work);
  }

  refused(refusal: Refusal, draft: EntryDraft): void {
    const { turn } = this;
    if (refusal.kind === 'refused' && refusal.reason === 'cancel-requested') {
      turn.journal.draft.salvage(draft);
      turn.inbox.post(() => {
        turn.unblock();
        const reason = refusal.row?.cancelReason ?? null;
        turn.settle({ kind: 'cancelled', reason, previousStatus: turn.visibleStatus });
      });
      return;
    }
    turn.lose(refusal.kind === 'refused' ? refusal.reason : refusal.kind);
  }

  failed(error: unknown, draft: EntryDraft): void {
    const { turn } = this;
    const why =
      error instanceof EntryConflictError && draft.block === null ? unwritable(turn, error, draft) : undefined;
    if (why) turn.block(why);
    else turn.lose(error);
  }
}
