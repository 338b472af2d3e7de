import { Injectable } from '@nestjs/common';
import type { EngineLoop } from '@romancy/core';
import { EngineHost } from './engine-host.js';

/**
 * The scheduled work of this process (timers, resumption, stale leases …), to look at, run now, pause or resume. With `ScheduleModule` of
 * `@nestjs/schedule` in the application, the loops are in its `SchedulerRegistry` too, as intervals of the same names.
 *
 * @example
 * ```ts
 * constructor(private readonly loops: WorkflowLoops) {}
 * await this.loops.get('romancy:timers')?.tick();   // answers how much it did
 * ```
 */
@Injectable()
export class WorkflowLoops {
  constructor(private readonly host: EngineHost) {}

  /** All loops; none before the application's bootstrap, fewer in a process with `worker: false`. */
  list(): readonly EngineLoop[] {
    return this.host.engineIfStarted?.loops ?? [];
  }

  /** The loop of this name. */
  get(name: string): EngineLoop | undefined {
    return this.list().find((loop) => loop.name === name);
  }
}
