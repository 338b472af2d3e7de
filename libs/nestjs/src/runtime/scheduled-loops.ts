import { Injectable, type OnModuleDestroy } from '@nestjs/common';
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

/**
 * Lists the loops in the SchedulerRegistry, where the application has one. They are taken off the list in the first hook of
 * the shutdown: in the next one ScheduleModule deletes every interval, and leases are to be renewed until the engine has
 * drained.
 */
@Injectable()
export class ScheduledLoops implements OnModuleDestroy {
  #unlist: (() => void) | undefined;

  constructor(
    private readonly loops: WorkflowLoops,
    private readonly moduleRef: ModuleRef,
  ) {}

  async list(): Promise<void> {
    const schedule = await this.#find();
    if (!schedule) return;
    const loops = new Map(this.loops.list().map((loop) => [loop.name, loop]));
    for (const [name, loop] of loops) if (!schedule.doesExist('interval', name)) schedule.addInterval(name, loop);
    const stopNoMore = stopOnDelete(schedule, loops);
    this.#unlist = () => {
      stopNoMore();
      for (const name of loops.keys()) if (schedule.doesExist('interval', name)) schedule.deleteInterval(name);
    };
  }

  onModuleDestroy(): void {
    this.#unlist?.();
    this.#unlist = undefined;
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
 * The loops reschedule themselves and hold no interval of Node that the registry could clear, so `deleteInterval` of this
 * one registry also pauses the loop it takes off the list.
 *
 * @returns puts the method back
 */
function stopOnDelete(schedule: Schedule, loops: ReadonlyMap<string, EngineLoop>): () => void {
  const original = schedule.deleteInterval.bind(schedule);
  Object.defineProperty(schedule, 'deleteInterval', {
    configurable: true,
    writable: true,
    value: (name: string): void => {
      loops.get(name)?.pause();
      original(name);
    },
  });
  return () => Reflect.deleteProperty(schedule, 'deleteInterval');
}
