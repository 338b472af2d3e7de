import { activity, startRun } from '../../test/support/coroutine-run.js';
import { StepIdError } from '../errors/step-id-error.js';
import { StepIds } from './step-ids.js';

const NO_LIMITS = { maxLength: null, foldCase: false };
const charge = activity('charge');

function problem(work: () => unknown): StepIdError {
  try {
    work();
  } catch (error) {
    if (error instanceof StepIdError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a text for people', () => {
  it('keeps what databases can hold', () => {
    const ids = new StepIds({ maxLength: 10, foldCase: false });
    expect(ids.fit('packed 🚲')).toBe('packed 🚲');
    expect(ids.fit('a\0b')).toBe('a\u{fffd}b');
    // The cut may go through a pair.
    expect(ids.fit('12345678🚲🚲')).toBe('12345678\u{fffd}…');
  });
});

describe('step ids', () => {
  it('count per name, from 1', () => {
    const ids = new StepIds(NO_LIMITS);
    const names = ['charge', 'ship', 'charge', 'charge', 'ship'];
    expect(names.map((name) => ids.next(name, undefined))).toEqual([
      'charge:1',
      'ship:1',
      'charge:2',
      'charge:3',
      'ship:2',
    ]);
  });

  it('are taken at the call, before any await', async () => {
    const run = await startRun(async () => {
      const later = Promise.resolve().then(() => charge('later'));
      const now = charge('now');
      await Promise.all([later, now]);
    });
    expect(run.commands).toMatchObject([
      { stepId: 'charge:1', args: ['now'] },
      { stepId: 'charge:2', args: ['later'] },
    ]);
  });

  it('are `name:=key` with a key, which leaves the counter alone', async () => {
    const run = await startRun((ctx) =>
      Promise.all([
        ctx.step('note', () => 1, { key: 'a' }),
        ctx.step('note', () => 2),
        ctx.sleep('1s', { key: 'pause' }),
        ctx.sleepUntil(0, { key: 'past' }),
      ]),
    );
    expect(run.asked).toEqual(['note:=a', 'note:1', 'sleep:=pause', 'sleep_until:=past']);
  });

  it('keep keys and counters apart: a key that looks like a number clashes with none', () => {
    const ids = new StepIds(NO_LIMITS);
    expect(ids.next('pay', '1')).toBe('pay:=1');
    expect(ids.next('pay', undefined)).toBe('pay:1');
    expect(ids.next('pay', '2')).toBe('pay:=2');
    expect(ids.next('pay', undefined)).toBe('pay:2');
  });

  it('refuse a key that is used twice, with the cure', () => {
    const ids = new StepIds(NO_LIMITS);
    ids.next('pay', 'a');
    const error = problem(() => ids.next('pay', 'a'));
    expect(error).toMatchObject({ code: 'ROMANCY_STEP_ID', retryable: false, stepId: 'pay:=a' });
    expect(error.message).toMatch(/used twice.*Give each call its own key/);
  });

  it('refuse an empty key', () => {
    expect(problem(() => new StepIds(NO_LIMITS).next('pay', '')).message).toMatch(/key of step "pay" is empty/);
  });

  it.each(['', '$retry', 'compensation:7'])('refuse the name %j, which is kept for rows of the engine', (name) => {
    expect(problem(() => new StepIds(NO_LIMITS).next(name, undefined)).message).toMatch(/cannot be the name of a step/);
    expect(problem(() => new StepIds(NO_LIMITS).next(name, 'key')).message).toMatch(/cannot be the name of a step/);
  });

  it('refuse what is too long for the database', () => {
    // Eight characters are left for the prefix of the engine's own rows about a step.
    const ids = new StepIds({ maxLength: 28, foldCase: false });
    expect(ids.next('n'.repeat(18), undefined)).toHaveLength(20);
    const error = problem(() => ids.next('m'.repeat(19), undefined));
    expect(error.message).toMatch(/has 21 characters; this database has room for 20/);
    expect(problem(() => ids.next('step', 'k'.repeat(15))).message).toMatch(/has 21 characters/);
  });

  it('refuse ids that differ only in case where the database does not tell them apart', () => {
    const folding = new StepIds({ maxLength: null, foldCase: true });
    folding.next('Pay', undefined);
    expect(problem(() => folding.next('pay', undefined)).message).toMatch(/"Pay:1" and "pay:1" differ only in case/);
    const exact = new StepIds(NO_LIMITS);
    expect([exact.next('Pay', undefined), exact.next('pay', undefined)]).toEqual(['Pay:1', 'pay:1']);
  });

  it.each([
    ['é', 'e'],
    ['STRASSE', 'straße'],
    ['a', 'a '],
    ['ﬁne', 'FINE'],
    ['re\u200bport', 'report'],
  ])('refuse the key %j after %j where the database compares without accents', (first, second) => {
    const folding = new StepIds({ maxLength: null, foldCase: true });
    folding.next('pay', first);
    expect(problem(() => folding.next('pay', second)).message).toMatch(/does not tell apart/);
    const exact = new StepIds(NO_LIMITS);
    expect([exact.next('pay', first), exact.next('pay', second)]).toEqual([`pay:=${first}`, `pay:=${second}`]);
  });

  it('tell keys apart that every database does', () => {
    const folding = new StepIds({ maxLength: null, foldCase: true });
    for (const key of ['a', 'b', ' a', 'a b', '1', '11', 'a-1', '🚲', '日本', '日', 'о'])
      expect(folding.next('pay', key)).toBe(`pay:=${key}`);
  });

  it.each(['a\0b', 'a\ud800'])('refuse what databases cannot hold: %j', (text) => {
    const ids = new StepIds(NO_LIMITS);
    expect(problem(() => ids.next(text, undefined)).message).toMatch(/NUL character or half a surrogate/);
    expect(problem(() => ids.next('pay', text)).message).toMatch(/NUL character or half a surrogate/);
  });

  it('that are refused reject at the call, where the workflow can catch it', async () => {
    const run = await startRun(async (ctx) => {
      try {
        await ctx.step('$mine', () => 1);
      } catch (error) {
        return (error as StepIdError).code;
      }
      return undefined;
    });
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: 'ROMANCY_STEP_ID' });
  });
});
