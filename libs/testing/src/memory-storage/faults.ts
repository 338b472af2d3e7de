import { setImmediate } from 'node:timers';
import { CommitUnknownError, type CommitEntry } from '@romancy/core';

/** A place where a test can step in: just before or just after one call reaches the database. */
export interface FaultPoint {
  /** For example `commits.write#3 before`: the operation, its how-manieth call, and the side. */
  readonly label: string;
  readonly operation: string;
  readonly ordinal: number;
  readonly side: 'before' | 'after';
  /** False for reads. */
  readonly write: boolean;
  /** What is being committed; empty for other operations. */
  readonly entries: readonly CommitEntry[];
}

/**
 * What happens at a fault point:
 * `'crash'` the process dies here: this call and all later ones never settle, open transactions are rolled back.
 * `'unknown'` the connection dies during COMMIT: the caller cannot know whether it was written (`after`: it was; `before`: it was not).
 * `fail` the call rejects with this error.
 * `landsLate` the caller is told "unknown" while the commit is still under way; it holds its rows and lands when the promise resolves (`before` only).
 */
export type FaultReaction = 'crash' | 'unknown' | { readonly fail: Error } | LateLanding | undefined;

export interface LateLanding {
  readonly landsLate: Promise<unknown>;
}

/** May be asynchronous: awaiting in it delays the call. */
export type FaultHandler = (point: FaultPoint) => FaultReaction | Promise<FaultReaction>;

export interface Operation {
  readonly name: string;
  readonly write: boolean;
  readonly entries?: readonly CommitEntry[];
}

/** Faults of one process's connection to the database. */
export class StorageFaults {
  readonly #calls = new Map<string, number>();
  readonly #onCrash = new Set<() => void>();
  readonly #recordings: FaultPoint[][] = [];
  #handler: FaultHandler | undefined;
  #crashed = false;

  /** @param onPass called whenever a point is passed. */
  constructor(private readonly onPass: () => void = () => undefined) {}

  /** Steps in at every point from now on; undefined stops it. */
  intercept(handler: FaultHandler | undefined): void {
    this.#handler = handler;
  }

  /** Dies at the point with this label. */
  crashAt(label: string): void {
    this.intercept((point) => (point.label === label ? 'crash' : undefined));
  }

  /** Dies now. */
  crash(): void {
    this.#crashed = true;
    for (const release of [...this.#onCrash]) release();
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** The points that are passed from now on, for a test that visits each of them. */
  record(): readonly FaultPoint[] {
    const points: FaultPoint[] = [];
    this.#recordings.push(points);
    return points;
  }

  /** @internal Called when the process dies; the answer takes the registration back. */
  onCrash(release: () => void): () => void {
    this.#onCrash.add(release);
    return () => this.#onCrash.delete(release);
  }

  /** @internal Numbers one call. */
  begin(operation: Operation): (side: FaultPoint['side']) => Promise<LateLanding | undefined> {
    const ordinal = (this.#calls.get(operation.name) ?? 0) + 1;
    this.#calls.set(operation.name, ordinal);
    return (side) =>
      this.#pass({
        label: `${operation.name}#${ordinal} ${side}`,
        operation: operation.name,
        ordinal,
        side,
        write: operation.write,
        entries: operation.entries ?? [],
      });
  }

  /** @internal Never settles once the process is dead. */
  async whileAlive(): Promise<void> {
    if (this.#crashed) await new Promise<never>(() => undefined);
  }

  /** Answers the late landing, if that is what the test wants. */
  async #pass(point: FaultPoint): Promise<LateLanding | undefined> {
    if (point.side === 'before') await new Promise<void>((resolve) => setImmediate(resolve));
    await this.whileAlive();
    this.onPass();
    for (const points of this.#recordings) points.push(point);
    const reaction = await this.#handler?.(point);
    if (reaction === 'crash') this.crash();
    await this.whileAlive();
    if (reaction === undefined || reaction === 'crash') return undefined;
    if (reaction === 'unknown') throw new CommitUnknownError(`The connection was lost at ${point.label}.`);
    if ('fail' in reaction) throw reaction.fail;
    return reaction;
  }
}
