import type { ClaimedInstance, ClaimScope, HolderVerdicts } from '../ports/lease.js';
import type { NewInstance } from '../ports/instance.js';
import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { SerializationConflictError } from '../errors/storage-errors.js';
import { runInScope } from '../scope/scope.js';
import { ArmedTimers } from './armed-timers.js';
import { ClaimQueue } from './claim-queue.js';
import { CoroutineCache } from './coroutine-cache.js';
import { EndNotices, noticeOf } from './end-notices.js';
import { freshMemory } from './fresh-memory.js';
import type { ProcessIdentity } from './process-identity.js';
import type { RunMemory } from './run-memory.js';
import type { EngineServices } from './services.js';
import type { Slots } from './slots.js';
import { Turn } from './turn.js';
import { claimedInstance, startedInstance } from './turn-instance.js';
import type { TurnEnd, TurnInstance } from './turn-types.js';

const ARMED_TIMERS = 10_000;

interface Running {
  readonly turn: Turn;
  readonly token: string;
}

/** A lease that was just taken. */
interface Acquired {
  readonly token: string;
  /** When the database was asked for it. */
  readonly askedAt: number;
}

/**
 * Gives every instance at most one turn in this process and keeps to the number of slots. It knows what is parked here and wakes it in time.
 */
export class Dispatcher {
  readonly notices = new EndNotices();
  readonly timers: ArmedTimers;
  /** Called when a slot has become free, so that waiting work is looked for. */
  onSlotFree: () => void = () => undefined;
  readonly #turns = new Map<string, Running>();
  readonly #cache: CoroutineCache;
  /** Instances to be claimed as soon as a slot is free or their present turn has ended. */
  readonly #wanted = new Set<string>();
  readonly #claims: ClaimQueue;
  readonly #slots: Slots;
  #stopping = false;
  #idle: (() => void)[] = [];

  constructor(
    private readonly services: EngineServices,
    private readonly identity: ProcessIdentity,
  ) {
    this.#slots = services.slots;
    this.#slots.onLent = () => {
      this.#next();
    };
    this.#cache = new CoroutineCache(services.settings.cacheSize);
    this.timers = new ArmedTimers(
      services.clock,
      (instanceId) => {
        this.wake(instanceId);
      },
      { capacity: ARMED_TIMERS, scannedAheadMs: services.settings.timerMs * 2 },
    );
    this.#claims = new ClaimQueue(services.settings.resumeBatch, this.#claim.bind(this), (again) => {
      // A turn that the claim began has yet to look around.
      for (const id of again) if (!this.#turns.has(id)) this.#wanted.add(id);
      this.#next();
    });
  }

  /** None while the database does not keep up, so that the work is left to others. */
  get freeSlots(): number {
    return this.#stopping || this.services.journal.committer.pressed ? 0 : this.#slots.free;
  }

  /** Takes a slot for a start that is about to be written; {@link runFresh} uses it, {@link giveBack} returns it. */
  reserve(): boolean {
    if (this.freeSlots <= 0) return false;
    this.#slots.take();
    return true;
  }

  giveBack(): void {
    this.#slots.give();
    this.#next();
  }

  isRunning(instanceId: string): boolean {
    return this.#turns.has(instanceId);
  }

  /** It runs here, or its claim is under way. */
  isComing(instanceId: string): boolean {
    return this.#turns.has(instanceId) || this.#claims.has(instanceId);
  }

  holds(): readonly { readonly instanceId: string; readonly token: string }[] {
    return [...this.#turns].map(([instanceId, { token }]) => ({ instanceId, token }));
  }

  turnOf(instanceId: string): Turn | undefined {
    return this.#turns.get(instanceId)?.turn;
  }

  tokenOf(instanceId: string): string | undefined {
    return this.#turns.get(instanceId)?.token;
  }

  claimScope(): ClaimScope {
    const { settings, registry } = this.services;
    return {
      token: this.identity.nextToken(),
      leaseMs: settings.leaseMs,
      workflowNames: registry.workflowNames,
      codeVersions: registry.codeVersions,
      holders: this.#holders(),
    };
  }

  /** Runs an instance that was created a moment ago with this token, in a reserved slot. */
  runFresh(instance: NewInstance, definition: WorkflowDefinition, token: string, earlier?: RunMemory): void {
    this.#run(startedInstance(instance, definition), { token, askedAt: instance.startedAt }, earlier);
  }

  /** Runs a claimed instance; takes a slot even where none is left, because the lease is ours already. */
  runClaimed({ row, takeover }: ClaimedInstance, lease: Acquired): void {
    const definition = this.services.registry.workflow(row.workflowName);
    if (!definition) return;
    // Our own lease had run out unrenewed: the former turn can commit nothing any more.
    this.turnOf(row.instanceId)?.lose('taken over by this process');
    this.#slots.take();
    this.timers.disarm(row.instanceId);
    if (takeover) this.#cache.take(row.instanceId);
    this.#run(claimedInstance(row, definition, takeover), lease);
  }

  /** Claims this instance and runs it: now, when a slot is free, or after its present turn. */
  wake(instanceId: string): void {
    if (this.#stopping) return;
    if (this.#claims.has(instanceId)) {
      this.#claims.add(instanceId);
      return;
    }
    if (this.#turns.has(instanceId) || this.#slots.free <= 0) {
      this.#wanted.add(instanceId);
      return;
    }
    this.#slots.take();
    if (!this.#claims.add(instanceId)) this.#slots.give();
  }

  /** Something was published that this instance waits for. */
  hint(instanceId: string, channel: string): void {
    const turn = this.turnOf(instanceId);
    if (turn) turn.hint(channel);
    else this.wake(instanceId);
  }

  /** What these wait for is being stored: they are claimed meanwhile, and run when it is there. If nothing comes of it, they park again. */
  expect(instanceIds: readonly string[], stored: Promise<unknown>): void {
    if (this.freeSlots < instanceIds.length) return;
    const absent = instanceIds.filter((instanceId) => !this.#turns.has(instanceId));
    this.#slots.take(this.#claims.addEarly(absent, stored));
  }

  get #resting(): boolean {
    return this.#turns.size === this.#slots.lent && this.#claims.idle;
  }

  /** Resolves when no turn runs and no claim is under way; what dozes waits for its time alone. */
  async whenIdle(): Promise<void> {
    while (!this.#resting) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Stops waking and launching; resolves when all turns have ended or the time is up. Leases of bodies that still run are kept (E21). */
  async drain(budgetMs: number): Promise<void> {
    this.#stopping = true;
    this.timers.clear();
    this.#wanted.clear();
    for (const [instanceId, { turn }] of this.#turns) {
      this.#slots.reclaim(instanceId);
      turn.drain();
    }
    await Promise.race([this.whenIdle(), this.services.clock.sleep(budgetMs)]);
    for (const [instanceId] of this.#turns) this.notices.announce(instanceId, undefined);
  }

  /** Claims and runs; each of these instances has taken a slot. */
  async #claim(instanceIds: readonly string[], until?: Promise<unknown>): Promise<void> {
    const scope = this.claimScope();
    const askedAt = this.services.clock.now();
    let claimed: readonly ClaimedInstance[];
    try {
      claimed = await this.services.storage.leases.claimThese(instanceIds, scope);
    } catch (error) {
      if (error instanceof SerializationConflictError && instanceIds.length > 1) {
        // One of them is locked for long: the others need not wait for it.
        for (const instanceId of instanceIds) await this.#claim([instanceId], until);
        return;
      }
      // The scans find it again: nothing is lost but time.
      this.services.logger.warn('Instances could not be claimed.', { instanceIds, error: String(error) });
      this.#slots.give(instanceIds.length);
      return;
    }
    if (until) await until;
    this.#slots.give(instanceIds.length);
    if (until && this.#stopping) {
      await this.#giveUp(claimed, scope.token);
      return;
    }
    for (const instance of claimed) this.runClaimed(instance, { token: scope.token, askedAt });
    for (const instanceId of instanceIds) {
      if (this.#turns.has(instanceId)) continue;
      // Somebody else has it, or it waits no more: that process hears of messages itself.
      this.services.waitIndex.delete(instanceId);
      this.notices.announce(instanceId, undefined);
    }
  }

  /** Claimed for a message, and then there was no time left for it. Whoever stops waits for this, because the storage is closed next. */
  async #giveUp(claimed: readonly ClaimedInstance[], token: string): Promise<void> {
    const holds = claimed.map(({ row }) => ({ instanceId: row.instanceId, token }));
    const { storage, logger } = this.services;
    await storage.leases.release(holds).catch((error: unknown) => {
      logger.debug('Leases end by themselves.', { error: String(error) });
    });
  }

  /** A lease of this very process that has run out is its own to renew: the event loop was blocked. */
  #holders(): HolderVerdicts {
    const { storage, judge } = this.services;
    const { verdicts } = judge;
    return storage.liveness.kind === 'none' ? verdicts : { ...verdicts, alive: [...verdicts.alive, this.identity.id] };
  }

  #run(instance: TurnInstance, { token, askedAt }: Acquired, earlier?: RunMemory): void {
    const memory = this.#cache.take(instance.instanceId) ?? this.#newMemory(instance);
    if (earlier) memory.inherit(earlier);
    // A start from inside an activity must not lend its scope to the new instance.
    const turn = runInScope(undefined, () => new Turn(this.services, instance, token, memory, askedAt));
    this.#turns.set(instance.instanceId, { turn, token });
    void turn.finished.then((end) => {
      this.#ended(turn, end);
    });
  }

  #newMemory(instance: TurnInstance): RunMemory {
    return freshMemory(instance, this.services, (coroutine) => {
      this.turnOf(instance.instanceId)?.inspect(coroutine);
    });
  }

  #ended(turn: Turn, end: TurnEnd): void {
    const { instanceId } = turn.instance;
    if (this.turnOf(instanceId) === turn) this.#turns.delete(instanceId);
    this.#slots.give();
    if (end.kind === 'parked' && !this.#stopping) {
      this.#cache.put(instanceId, turn.memory);
      if (end.wakeAt !== undefined) this.timers.arm(instanceId, end.wakeAt);
      if (turn.memory.hinted) this.#wanted.add(instanceId);
      turn.memory.hinted = false;
    }
    if (end.kind === 'recurred') this.#goOn(turn, end);
    if (end.kind === 'released') this.#handOver(turn.instance);
    if (end.kind !== 'parked') this.notices.announce(instanceId, noticeOf(turn.instance, end));
    if (end.kind === 'ended' || end.kind === 'recurred') this.#wanted.delete(instanceId);
    this.#next();
  }

  /** Another process may go on at once. */
  #handOver({ instanceId, definition }: TurnInstance): void {
    const notice = { kind: 'resumable' as const, instanceId, workflowName: definition.name };
    void this.services.storage.notifications?.send([notice]);
  }

  /** The next generation takes the slot over. */
  #goOn(turn: Turn, { next, memory }: Extract<TurnEnd, { kind: 'recurred' }>): void {
    if (next.lock === null) return;
    this.#slots.take();
    this.runFresh(next, turn.instance.definition, next.lock.token, memory);
  }

  #next(): void {
    for (const instanceId of this.#wanted) {
      if (this.#slots.free <= 0) break;
      if (this.#turns.has(instanceId)) continue;
      this.#wanted.delete(instanceId);
      this.wake(instanceId);
    }
    if (this.#slots.free > 0) this.onSlotFree();
    if (this.#resting) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
