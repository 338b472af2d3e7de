import type { CommitEntry, EntryVerdict } from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { ActivityTransaction } from '../ports/transaction.js';
import type { Committer, Submitter } from './committer.js';
import { EngineClock } from './engine-clock.js';
import { EntryDraft } from './entry-draft.js';
import { Journal } from './journal.js';
import { SystemClock } from './system-clock.js';

function row(activityId: string): NewHistoryRow {
  return { activityId, eventType: 'ActivityCompleted', data: null, binary: null, time: 0 };
}

/** A journal whose entries wait until they are answered. */
function openJournal(startedAt = 0) {
  const submitted: { readonly entry: CommitEntry; readonly answer: (verdict: EntryVerdict) => void; taken: boolean }[] =
    [];
  const committer = {
    submit: (entry: CommitEntry, { landed }: Submitter) => {
      const queued = { entry, answer: landed, taken: true };
      submitted.push(queued);
      return { withdraw: () => !queued.taken && submitted.splice(submitted.indexOf(queued), 1).length > 0 };
    },
  } as unknown as Committer;
  const alarms: string[] = [];
  const journal = new Journal(
    'i',
    'token',
    {
      committer,
      clock: new EngineClock(new SystemClock()),
      resolveUnknown: () => Promise.reject(new Error('not here')),
      resolveTransaction: () => Promise.reject(new Error('not here')),
    },
    {
      within: (work) => {
        work();
      },
      refused: () => void alarms.push('refused'),
      failed: () => void alarms.push('failed'),
    },
    startedAt,
  );
  return { journal, submitted, alarms };
}

function transaction(): ActivityTransaction & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    used: true,
    commit: (entries) => {
      log.push(`commit ${entries.flatMap(({ history }) => history.map(({ activityId }) => activityId)).join()}`);
      return Promise.resolve({ kind: 'done' });
    },
    rollback: () => Promise.resolve(void log.push('rollback')),
  };
}

describe('a journal', () => {
  it('has one entry under way; what is recorded meanwhile gathers in the next', async () => {
    const { journal, submitted } = openJournal();
    journal.append(row('a:1'));
    journal.flush();
    journal.append(row('b:1'));
    journal.append(row('c:1'));
    journal.flush();
    expect(submitted.map(({ entry }) => entry.history.map(({ activityId }) => activityId))).toEqual([['a:1']]);
    submitted[0]?.answer({ kind: 'done' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(submitted.map(({ entry }) => entry.history.map(({ activityId }) => activityId))).toEqual([
      ['a:1'],
      ['b:1', 'c:1'],
    ]);
  });

  it('calls back when everything recorded before is durable', async () => {
    const { journal, submitted } = openJournal();
    const log: string[] = [];
    journal.whenDurable(() => log.push('nothing was recorded'));
    journal.append(row('a:1'));
    journal.whenDurable(() => log.push('a'));
    journal.flush();
    journal.whenDurable(() => log.push('a is under way'));
    expect(log).toEqual(['nothing was recorded']);
    submitted[0]?.answer({ kind: 'done' });
    await journal.flushed();
    expect(log).toEqual(['nothing was recorded', 'a', 'a is under way']);
  });

  it('takes entries that wait for a connection along in a transaction, before its own', async () => {
    const { journal, submitted } = openJournal();
    const log: string[] = [];
    journal.append(row('a:1'));
    journal.whenDurable(() => log.push('a is durable'));
    journal.flush();
    const [waiting] = submitted;
    if (waiting) waiting.taken = false;
    const own = new EntryDraft();
    own.history.push(row('b:1'));
    const open = transaction();
    expect(await journal.commitInto(open, own)).toEqual({ kind: 'done' });
    expect(open.log).toEqual(['commit a:1,b:1']);
    expect(log).toEqual(['a is durable']);
    expect(submitted).toEqual([]);
  });

  it('waits for an entry that is being written already', async () => {
    const { journal, submitted } = openJournal();
    journal.append(row('a:1'));
    journal.flush();
    const own = new EntryDraft();
    own.history.push(row('b:1'));
    const open = transaction();
    const committing = journal.commitInto(open, own);
    await new Promise((resolve) => setImmediate(resolve));
    expect(open.log).toEqual([]);
    submitted[0]?.answer({ kind: 'done' });
    await committing;
    expect(open.log).toEqual(['commit b:1']);
  });

  it('stamps events with a time that never goes back', () => {
    const future = Date.now() + 60_000;
    const { journal } = openJournal(future);
    expect(journal.stamp()).toBe(future);
    journal.observe(future + 5);
    expect(journal.stamp()).toBe(future + 5);
    expect(openJournal().journal.stamp()).toBeGreaterThan(future - 70_000);
  });
});

describe('a journal whose turn is over', () => {
  it('refuses late writers in memory: nothing reaches the database', async () => {
    const { journal, submitted, alarms } = openJournal();
    const log: string[] = [];
    journal.append(row('a:1'));
    journal.close();
    journal.append(row('b:1'));
    journal.whenDurable(() => log.push('durable'));
    journal.flush();
    await journal.flushed();
    const own = new EntryDraft();
    own.history.push(row('c:1'));
    const open = transaction();
    expect(await journal.commitInto(open, own)).toMatchObject({ kind: 'refused', reason: 'lost' });
    expect(open.log).toEqual(['rollback']);
    expect([submitted, alarms, log]).toEqual([[], [], []]);
  });

  it('tells nobody of a refusal that comes afterwards', async () => {
    const { journal, submitted, alarms } = openJournal();
    journal.append(row('a:1'));
    journal.flush();
    journal.close();
    submitted[0]?.answer({ kind: 'refused', reason: 'lost', row: undefined });
    await journal.flushed();
    expect(alarms).toEqual([]);
  });

  it('keeps what a cancel request refused until the turn settles: sent again at once it would be refused for ever', async () => {
    const { journal, submitted, alarms } = openJournal();
    journal.append(row('a:1'));
    const flushed = journal.flushed();
    // As the turn does it with what stays true.
    journal.append(row('a:1'));
    submitted[0]?.answer({ kind: 'refused', reason: 'cancel-requested', row: undefined });
    await flushed;
    await expect(journal.alone(() => Promise.reject(new Error('must not be written')))).resolves.toBeUndefined();
    expect(alarms).toEqual(['refused']);
    expect(submitted).toHaveLength(1);
    journal.settling = true;
    journal.flush();
    expect(submitted[1]?.entry).toMatchObject({ settling: true, history: [{ activityId: 'a:1' }] });
  });
});
