import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EngineLoop } from '@romancy/core';
import { ifInstalled } from './optional-package.js';
import { WorkflowLoops } from './workflow-loops.js';

/** As much of @nestjs/schedule's SchedulerRegistry as is used here. */
interface Schedule {
  addInterval(name: string, interval: EngineLoop): void;
  deleteInterval(name: string): void;
  doesExist(type: 'interval', name: string): boolean;
}

/** Lists the loops in the SchedulerRegistry, where the application has one. */
@Injectable()
export class ScheduledLoops {
  #schedule: Schedule | undefined;

  constructor(
    private readonly loops: WorkflowLoops,
    private readonly moduleRef: ModuleRef,
  ) {}

  async list(): Promise<void> {
    const schedule = await this.#find();
    if (!schedule) return;
    const loops = new Map(this.loops.list().map((loop) => [loop.name, loop]));
    for (const [name, loop] of loops) if (!schedule.doesExist('interval', name)) schedule.addInterval(name, loop);
    stopOnDelete(schedule, loops);
    this.#schedule = schedule;
  }

  unlist(): void {
    for (const { name } of this.loops.list()) {
      if (this.#schedule?.doesExist('interval', name)) this.#schedule.deleteInterval(name);
    }
    this.#schedule = undefined;
  }

  async #find(): Promise<Schedule | undefined> {
    const library = await ifInstalled(() => import('@nestjs/schedule'));
    if (!library) return undefined;
    try {
      return this.moduleRef.get<Schedule>(library.SchedulerRegistry, { strict: false });
    } catch {
      // Installed, but the application does not import ScheduleModule.
      return undefined;
    }
  }
}

/**
 * The loops reschedule themselves and hold no interval of Node that the registry could clear, so `deleteInterval` of this one registry also
 * pauses the loop it takes off the list.
 */
function stopOnDelete(schedule: Schedule, loops: ReadonlyMap<string, EngineLoop>): void {
  const original = schedule.deleteInterval.bind(schedule);
  Object.defineProperty(schedule, 'deleteInterval', {
    configurable: true,
    writable: true,
    value: (name: string): void => {
      loops.get(name)?.pause();
      original(name);
    },
  });
}
