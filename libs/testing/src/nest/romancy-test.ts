import { clearTimeout, setTimeout } from 'node:timers';
import type { INestApplicationContext } from '@nestjs/common';
import {
  exportHistory,
  Registry,
  type Duration,
  type EngineApi,
  type EngineLoop,
  type InstanceStatus,
  type RecordedHistory,
  type Storage,
} from '@romancy/core';
import { EngineHost, ROMANCY_CLOCK, WorkflowClient, type WorkflowHandle } from '@romancy/nestjs';
import { replayHistory } from '../replay/replay-history.js';
import type { ReplayReport } from '../replay/replay-report.js';
import { VirtualClock } from '../virtual-clock.js';

const OVER: readonly InstanceStatus[] = ['completed', 'failed', 'cancelled'];

/** How long, in real milliseconds, an activity may take when nothing else is to be done. */
const LAST_LOOK = 5_000;

/** A started application under a virtual clock: what a test of workflows needs at hand. Made by {@link startRomancyTest}. */
export class RomancyTest {
  readonly clock: VirtualClock;
  /** Starts, finds and cancels instances. */
  readonly client: WorkflowClient;
  readonly engine: EngineApi;
  readonly storage: Storage;
  readonly #registry: Registry;

  /** @internal */
  constructor(private readonly application: INestApplicationContext) {
    const clock = application.get<unknown>(ROMANCY_CLOCK, { strict: false });
    if (!(clock instanceof VirtualClock)) {
      throw new TypeError('The application runs on the real clock: build its module with prepareRomancyTest(builder).');
    }
    const host = application.get(EngineHost, { strict: false });
    this.clock = clock;
    this.engine = host.engine;
    this.storage = host.storage;
    this.client = application.get(WorkflowClient, { strict: false });
    this.#registry = application.get(Registry, { strict: false });
    // Time that is jumped over needs no scans: they are made where time stops.
    for (const loop of this.engine.loops) loop.pause();
    clock.whenIdle = () => this.#settle();
  }

  /** Moves time forwards: `await romancy.advance('2d')`. Timers, time-outs and retries on the way happen in their order. */
  advance(duration: Duration): Promise<void> {
    return this.clock.advance(duration);
  }

  /** Moves time forwards to this moment. */
  advanceTo(moment: Date | number): Promise<void> {
    return this.clock.advanceTo(moment);
  }

  /** Lets everything happen that can happen without time moving: afterwards every instance waits or is over. */
  runUntilIdle(): Promise<void> {
    return this.clock.runUntilIdle();
  }

  /** Moves time from timer to timer until the instance is over, and answers its result or rejects as `handle.result()` does. */
  async finish<Result>(handle: WorkflowHandle<Result>): Promise<Result> {
    await this.runUntilIdle();
    while (!OVER.includes(await handle.status())) {
      const next = this.clock.nextTimerAt;
      if (next !== undefined) await this.clock.advanceTo(next);
      else if (await this.#isStuck(handle)) throw await this.#stuck(handle);
    }
    return handle.result();
  }

  /** What is recorded of an instance, to be kept as JSON and replayed against later code. */
  exportHistory(instanceId: string): Promise<RecordedHistory> {
    return exportHistory(this.storage, instanceId);
  }

  /** Replays a recorded history against the workflows of this application. Nothing is written, no activity is called. */
  replay(history: RecordedHistory): Promise<ReplayReport> {
    return replayHistory(history, this.#registry);
  }

  /** Stops the application. Activities that still wait for the clock are cut off as at any shutdown, without real time passing. */
  async close(): Promise<void> {
    this.clock.whenIdle = undefined;
    let closed = false;
    const closing = this.application.close().finally(() => (closed = true));
    // Reported by the last line; until then it must not count as unhandled.
    closing.catch(() => undefined);
    while (!closed) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const next = this.clock.nextTimerAt;
      if (next !== undefined) await this.clock.advanceTo(next);
    }
    await closing;
  }

  async #settle(): Promise<void> {
    do {
      await this.#loop('leases').tick();
      await this.#loop('timers').tick();
      const taken = await this.#loop('resume').tick();
      await this.engine.whenIdle();
      if (taken === 0) return;
    } while (this.engine.state === 'started');
  }

  #loop(name: string): EngineLoop {
    const loop = this.engine.loops.find((candidate) => candidate.name === `romancy:${name}`);
    if (loop === undefined) throw new Error(`The engine has no loop ${name}: a test needs a worker.`);
    return loop;
  }

  /** Nothing waits for time, so there is no hurry: on a busy machine more may come of it. */
  async #isStuck(handle: WorkflowHandle): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_LOOK);
    });
    await Promise.race([this.#settle(), enough]);
    clearTimeout(timer);
    return !OVER.includes(await handle.status()) && this.clock.nextTimerAt === undefined;
  }

  async #stuck({ instanceId }: WorkflowHandle): Promise<Error> {
    const block = await this.engine.block(instanceId);
    const { status } = await this.engine.get(instanceId);
    const why =
      block === undefined ? `is ${status}, and no timer is set that could change that` : `is blocked: ${block.code}`;
    return new Error(
      `Instance ${instanceId} ${why}. ${block === undefined ? '' : JSON.stringify(block.explanation)}`.trim(),
    );
  }
}

/** Initializes the module or application where that has not been done yet, and takes it in hand. */
export async function startRomancyTest(
  application: INestApplicationContext & { init(): Promise<unknown> },
): Promise<RomancyTest> {
  const host = application.get(EngineHost, { strict: false });
  if (!isStarted(host)) await application.init();
  return new RomancyTest(application);
}

function isStarted(host: EngineHost): boolean {
  try {
    return host.engine.state === 'started';
  } catch {
    return false;
  }
}
