import type { TimerHandle } from '../ports/clock.js';
import { Alarms } from './alarms.js';

/** A clock whose timers go off when they are told to. */
function handClock() {
  const clock = { time: 1000, timers: new Set<{ readonly due: number; readonly callback: () => void }>(), made: 0 };
  const alarms = new Alarms(
    {
      now: () => clock.time,
      setTimer: (ms, callback): TimerHandle => {
        const timer = { due: clock.time + ms, callback };
        clock.timers.add(timer);
        clock.made += 1;
        return { cancel: () => void clock.timers.delete(timer) };
      },
    },
    () => clock.time,
  );
  const goTo = (time: number): void => {
    clock.time = time;
    for (const timer of [...clock.timers].filter(({ due }) => due <= time)) {
      clock.timers.delete(timer);
      timer.callback();
    }
  };
  return { clock, alarms, goTo };
}

describe('alarms', () => {
  it('of one millisecond share a timer, and are called in the order in which they were asked for', () => {
    const { clock, alarms, goTo } = handClock();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) alarms.at(2000, () => called.push(name));
    alarms.at(2001, () => called.push('d'));
    expect(clock.made).toBe(2);
    goTo(1999);
    expect(called).toEqual([]);
    goTo(2000);
    expect(called).toEqual(['a', 'b', 'c']);
    goTo(2001);
    expect(called).toEqual(['a', 'b', 'c', 'd']);
    expect(clock.timers.size).toBe(0);
  });

  it('that are late are called by the first of them, in the order of their times', () => {
    const { clock, alarms, goTo } = handClock();
    const called: number[] = [];
    for (const time of [2007, 2000, 2030, 2500]) alarms.at(time, () => called.push(time));
    const [, first] = [...clock.timers];
    clock.time = 2010;
    first?.callback();
    expect(called).toEqual([2000, 2007]);
    expect([...clock.timers].map(({ due }) => due)).toEqual([2030, 2500]);
    goTo(2500);
    expect(called).toEqual([2000, 2007, 2030, 2500]);
  });

  it('in the past are due at once', () => {
    const { alarms, goTo, clock } = handClock();
    const called: number[] = [];
    alarms.at(10, () => called.push(1));
    goTo(clock.time);
    expect(called).toEqual([1]);
  });

  it('that are cancelled are not called, also by one of the same millisecond; the last one takes the timer along', () => {
    const { clock, alarms, goTo } = handClock();
    const called: string[] = [];
    const first = alarms.at(2000, () => called.push('first'));
    const third: { handle?: TimerHandle } = {};
    alarms.at(2000, () => {
      called.push('second');
      third.handle?.cancel();
    });
    third.handle = alarms.at(2000, () => called.push('third'));
    first.cancel();
    const alone = alarms.at(3000, () => called.push('alone'));
    alone.cancel();
    alone.cancel();
    expect(clock.timers.size).toBe(1);
    goTo(5000);
    expect(called).toEqual(['second']);
    first.cancel();
    expect(clock.timers.size).toBe(0);
  });

  it('are set again where the time is corrected backwards, and never called early', () => {
    const { clock, alarms, goTo } = handClock();
    const called: number[] = [];
    alarms.at(2000, () => called.push(clock.time));
    clock.time = 1500;
    for (const timer of [...clock.timers]) {
      clock.timers.delete(timer);
      timer.callback();
    }
    expect(called).toEqual([]);
    goTo(2000);
    expect(called).toEqual([2000]);
  });

  it('asked for again by the one that goes off come later', () => {
    const { clock, alarms, goTo } = handClock();
    const called: string[] = [];
    alarms.at(2000, () => {
      called.push('once');
      alarms.at(2000, () => called.push('twice'));
    });
    goTo(2000);
    expect(called).toEqual(['once']);
    goTo(clock.time);
    expect(called).toEqual(['once', 'twice']);
  });
});
