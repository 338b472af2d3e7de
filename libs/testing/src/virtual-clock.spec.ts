import { VirtualClock } from '@romancy/testing';

const DAY = 86_400_000;

function recorder(clock: VirtualClock): { log: string[]; at: (ms: number, name: string) => () => void } {
  const log: string[] = [];
  const start = clock.now();
  const at = (ms: number, name: string): (() => void) => {
    const timer = clock.setTimer(ms, () => log.push(`${name}@${clock.now() - start}`));
    return () => timer.cancel();
  };
  return { log, at };
}

describe('VirtualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock({ startAt: new Date('2026-05-01T00:00:00Z') });
    expect(new Date(clock.now()).toISOString()).toBe('2026-05-01T00:00:00.000Z');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(new Date(clock.now()).toISOString()).toBe('2026-05-01T00:00:00.000Z');
    await clock.advance('2d');
    expect(new Date(clock.now()).toISOString()).toBe('2026-05-03T00:00:00.000Z');
  });

  it('fires timers by time, those of one time as they were set', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    at(20, 'b');
    at(10, 'a');
    at(20, 'c');
    at(30.5, 'd');
    await clock.advance(25);
    expect(log).toEqual(['a@10', 'b@20', 'c@20']);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(6);
    expect(log).toEqual(['a@10', 'b@20', 'c@20', 'd@31']);
    expect(clock.nextTimerAt).toBeUndefined();
  });

  it('fires a timer that is due exactly at the end of a move', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    at(1000, 'a');
    await clock.advance('1s');
    expect(log).toEqual(['a@1000']);
  });

  it('fires what a timer sets, in its turn', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    clock.setTimer(10, () => at(5, 'inner'));
    at(12, 'other');
    at(16, 'last');
    await clock.advance(100);
    expect(log).toEqual(['other@12', 'inner@15', 'last@16']);
  });

  it('never fires a cancelled timer, and minds no second cancel', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    const cancel = at(10, 'a');
    at(10, 'b');
    cancel();
    cancel();
    await clock.advance(50);
    expect(log).toEqual(['b@10']);
  });

  it('takes delays beyond those of the platform', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    at(400 * DAY, 'far');
    await clock.advance(399 * DAY);
    expect(log).toEqual([]);
    await clock.advance('1d');
    expect(log).toEqual([`far@${400 * DAY}`]);
  });

  it('waits for idleness before it moves and after each timer', async () => {
    const log: string[] = [];
    const clock = new VirtualClock({ patience: 5000 });
    clock.whenIdle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      log.push('idle');
    };
    clock.setTimer(10, () => log.push('first'));
    clock.setTimer(10, () => log.push('second'));
    await clock.advance(10);
    expect(log).toEqual(['idle', 'first', 'idle', 'second', 'idle']);
  });

  it('moves all the same when idleness waits for the clock itself', async () => {
    const clock = new VirtualClock({ patience: 1 });
    const fired = new Promise<void>((resolve) => clock.setTimer(1000, resolve));
    clock.whenIdle = () => fired;
    await clock.advance('1s');
    await expect(fired).resolves.toBeUndefined();
  });

  it('runUntilIdle fires what is due without moving time', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    at(0, 'now');
    at(-5, 'past');
    at(1, 'later');
    const before = clock.now();
    await clock.runUntilIdle();
    expect(log).toEqual(['past@0', 'now@0'].sort());
    expect(clock.now()).toBe(before);
  });

  it('runUntil moves from timer to timer until the promise settles', async () => {
    const clock = new VirtualClock();
    const start = clock.now();
    const promise = new Promise<string>((resolve) => {
      clock.setTimer(3 * DAY, () => clock.setTimer(2 * DAY, () => resolve('done')));
    });
    clock.setTimer(100 * DAY, () => undefined);
    expect(await clock.runUntil(promise)).toBe('done');
    expect(clock.now() - start).toBe(5 * DAY);
    await expect(clock.runUntil(Promise.reject(new Error('as it is')))).rejects.toThrow('as it is');
  });

  it('runUntil says so when nothing can settle the promise', async () => {
    const clock = new VirtualClock();
    const never = new Promise(() => undefined);
    await expect(clock.runUntil(never)).rejects.toThrow('no timer is set');
    clock.setTimer(10 * DAY, () => undefined);
    await expect(clock.runUntil(never, '1d')).rejects.toThrow('within 1d');
  });

  it('looks for changes elsewhere only where time stops anyway', async () => {
    const clock = new VirtualClock();
    const start = clock.now();
    const looks: number[] = [];
    const look = (): void => {
      looks.push(clock.now() - start);
      clock.setTimer(1000, look, { background: true });
    };
    clock.setTimer(1000, look, { background: true });
    clock.setTimer(DAY, () => undefined);
    await clock.advance(3 * DAY);
    expect(looks).toEqual([DAY, 3 * DAY]);
    expect(clock.nextTimerAt).toBe(start + 3 * DAY + 1000);
  });

  it('runUntil looks when there is nothing else to wait for', async () => {
    const clock = new VirtualClock();
    const found = new Promise((resolve) => clock.setTimer(500, () => resolve('found'), { background: true }));
    expect(await clock.runUntil(found)).toBe('found');
  });

  it('makes moves one after the other', async () => {
    const clock = new VirtualClock();
    const { log, at } = recorder(clock);
    at(10, 'a');
    at(30, 'b');
    await Promise.all([clock.advance(20), clock.advance(20)]);
    expect(log).toEqual(['a@10', 'b@30']);
  });

  it('reports a timer that sets itself again without a delay', async () => {
    const clock = new VirtualClock();
    const again = (): void => void clock.setTimer(0, again);
    again();
    await expect(clock.advance(1)).rejects.toThrow('again and again');
  });

  it('never moves backwards', async () => {
    const clock = new VirtualClock();
    const before = clock.now();
    await clock.advanceTo(before - DAY);
    expect(clock.now()).toBe(before);
    expect(() => clock.advance(-1)).toThrow();
  });
});
