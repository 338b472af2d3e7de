import { SerializationConflictError, StorageUnavailableError } from '@romancy/core';
import type { FaultHandler, FaultPoint, FaultReaction } from '@romancy/testing';
import type { World } from '../engine/world.js';
import type { Random } from '../../../../test/support/random.js';

/** How likely each fault is at one point. */
export interface ChaosLevel {
  readonly crash: number;
  readonly unknown: number;
  readonly landsLate: number;
  readonly unavailable: number;
  readonly conflict: number;
  /** Delays of a few turns of the event loop, which change the order of things. */
  readonly shuffle: number;
  /** Delays in time, up to longer than a lease. */
  readonly stall: number;
  /** A cancel request from elsewhere, at the moment of a commit. */
  readonly cancel: number;
}

/** A database in the process itself has no connection that could break during a commit. */
export function randomLevel(random: Random, embedded: boolean): ChaosLevel {
  const some = (most: number): number => (random.chance(0.6) ? random.next() * most : 0);
  return {
    crash: some(0.02),
    unknown: some(embedded ? 0 : 0.05),
    landsLate: some(embedded ? 0 : 0.03),
    unavailable: some(0.05),
    conflict: some(0.05),
    shuffle: some(0.6),
    stall: some(0.02),
    cancel: some(0.03),
  };
}

const COMMITS = new Set(['commits.write', 'transaction.commit']);

/** A process's connection that fails by chance. */
export function chaos(world: World, random: Random, level: ChaosLevel): FaultHandler {
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => world.clock.setTimer(milliseconds, resolve));
  return async (point: FaultPoint): Promise<FaultReaction> => {
    if (random.chance(level.shuffle)) for (let turns = random.int(1, 8); turns > 0; turns--) await turn(world);
    if (random.chance(level.stall)) await pause(random.pick([10, 500, 6000, 17_000, 40_000]));
    if (random.chance(level.crash)) return 'crash';
    if (COMMITS.has(point.operation)) {
      if (random.chance(level.cancel)) cancelElsewhere(world, point);
      if (random.chance(level.unknown)) return 'unknown';
      if (point.side === 'before' && random.chance(level.landsLate)) return { landsLate: pause(random.int(0, 20_000)) };
      if (point.side === 'before' && random.chance(level.conflict))
        return { fail: new SerializationConflictError('deadlock') };
    }
    if (point.side === 'before' && random.chance(level.unavailable))
      return { fail: new StorageUnavailableError('down') };
    return undefined;
  };
}

/** Time stands still meanwhile. */
function turn(world: World): Promise<void> {
  world.bodyMoves();
  return new Promise((resolve) => setImmediate(resolve));
}

/** As another process would: the owner is not told, it meets the request in the database, just before or just after its commit. */
function cancelElsewhere(world: World, { entries }: FaultPoint): void {
  const [entry] = entries;
  // Who waits for what a cancelled one would have sent would wait for ever.
  if (entry?.create !== null || entry.instanceId.startsWith('mail-')) return;
  void world.storage.instances.requestCancel(entry.instanceId, 'from elsewhere', world.clock.now());
}
