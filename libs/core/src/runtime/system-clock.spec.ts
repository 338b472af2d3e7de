import { jest } from '@jest/globals';
import { SystemClock } from './system-clock.js';

const DAY = 86_400_000;

describe('SystemClock', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it.each([0, 1, 1000, 24 * DAY, 25 * DAY, 60 * DAY, 400 * DAY])('calls back once, after %d ms', (delay) => {
    const calls: number[] = [];
    const clock = new SystemClock();
    clock.setTimer(delay, () => calls.push(clock.now()));
    if (delay > 0) jest.advanceTimersByTime(delay - 1);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1000 * DAY);
    expect(calls).toEqual([delay]);
  });

  it('takes a negative delay for none', () => {
    let called = false;
    new SystemClock().setTimer(-5, () => (called = true));
    jest.advanceTimersByTime(0);
    expect(called).toBe(true);
  });

  it('never calls back after a cancel, also in the middle of a chain', () => {
    let calls = 0;
    const clock = new SystemClock();
    const short = clock.setTimer(100, () => (calls += 1));
    const long = clock.setTimer(60 * DAY, () => (calls += 1));
    short.cancel();
    jest.advanceTimersByTime(30 * DAY);
    long.cancel();
    jest.advanceTimersByTime(100 * DAY);
    expect([calls, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('lets the process end where it is asked to', () => {
    jest.useRealTimers();
    const clock = new SystemClock();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const handles = [
      clock.setTimer(60_000, () => undefined, { unref: true }),
      clock.setTimer(60 * DAY, () => undefined, { unref: true }),
    ];
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before);
    for (const handle of handles) handle.cancel();
  });
});
