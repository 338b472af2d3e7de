import type { WorkerSight } from '../ports/liveness.js';
import { WorkerJudge } from './worker-judge.js';

const sight = (state: WorkerSight['state'], seenAt = 1, workerId = 'w'): WorkerSight => ({ workerId, state, seenAt });

describe('WorkerJudge', () => {
  let judge: WorkerJudge;
  const gone = (): readonly string[] => judge.verdicts.gone;
  beforeEach(() => {
    judge = new WorkerJudge({ absenceMs: 3000, quietMs: 15_000, graceMs: 30_000 });
  });

  it('finds a worker gone whose session is missing in two looks that lie apart', () => {
    expect(judge.note([sight('absent')], 1000, 1)).toBe(false);
    expect(judge.note([sight('absent')], 4000, 1)).toBe(false);
    expect(judge.dueAt).toBe(4001);
    expect(judge.note([sight('absent')], 4001, 1)).toBe(true);
    expect(gone()).toEqual(['w']);
    expect(judge.note([sight('absent')], 5000, 1)).toBe(false);
    expect(judge.dueAt).toBe(Infinity);
  });

  it('begins anew when the session was there, or another sign of life was seen, in between', () => {
    judge.note([sight('absent')], 0, 1);
    judge.note([sight('alive')], 2000, 1);
    expect(judge.verdicts.alive).toEqual(['w']);
    judge.note([sight('absent')], 3500, 1);
    expect(gone()).toEqual([]);
    judge.note([sight('absent', 2)], 6000, 1);
    judge.note([sight('absent', 2)], 8000, 1);
    expect(gone()).toEqual([]);
    judge.note([sight('absent', 2)], 9001, 1);
    expect(gone()).toEqual(['w']);
    judge.note([sight('alive', 3)], 9500, 1);
    expect(gone()).toEqual([]);
  });

  it('believes the operating system at once', () => {
    expect(judge.note([sight('dead')], 0, 1)).toBe(true);
    expect(gone()).toEqual(['w']);
  });

  it('tells when somebody has left the list, also where nothing can be concluded', () => {
    expect(judge.note([sight('alive', 1, 'a'), sight('unknown', 1, 'b')], 0, 1)).toBe(false);
    expect(judge.note([sight('unknown', 1, 'b')], 1000, 1)).toBe(true);
    expect(judge.note([sight('unknown', 1, 'b')], 2000, undefined)).toBe(false);
    expect(judge.note([], 3000, undefined)).toBe(true);
    expect(judge.note([], 4000, 1)).toBe(false);
    expect(gone()).toEqual([]);
  });

  it('concludes nothing from what is unknown', () => {
    judge.note([sight('unknown')], 0, 1);
    judge.note([sight('unknown')], 60_000, 1);
    expect(judge.verdicts).toEqual({ alive: [], gone: [], graceMs: 30_000 });
  });

  it('concludes nothing for one lease after its own session was made anew, and forgets what it saw before', () => {
    judge.note([sight('absent')], 0, 1);
    judge.note([sight('absent')], 2900, 2);
    expect(judge.dueAt).toBe(17_901);
    judge.note([sight('absent')], 17_900, 2);
    expect(gone()).toEqual([]);
    judge.note([sight('absent')], 17_901, 2);
    expect(gone()).toEqual(['w']);
  });

  it('concludes nothing without a session of its own', () => {
    judge.note([sight('absent')], 0, 1);
    judge.note([sight('absent'), sight('alive', 1, 'x')], 10_000, undefined);
    expect(judge.verdicts).toEqual({ alive: [], gone: [], graceMs: 30_000 });
    expect(judge.dueAt).toBe(Infinity);
  });

  it('tells of each that is newly gone, among others that are', () => {
    judge.note([sight('absent', 1, 'a')], 0, 1);
    judge.note([sight('absent', 1, 'a'), sight('absent', 1, 'b')], 3001, 1);
    expect(gone()).toEqual(['a']);
    expect(judge.note([sight('absent', 1, 'a'), sight('absent', 1, 'b')], 6002, 1)).toBe(true);
    expect(gone()).toEqual(['a', 'b']);
    judge.note([], 7000, 1);
    expect(gone()).toEqual([]);
  });
});
