import type { MemoryStorageOptions } from '@romancy/testing';
import { Worker, type Application, type WorkerSettings } from './worker.js';
import { World } from './world.js';

export interface ClusterOptions extends MemoryStorageOptions {
  readonly application: Application;
  readonly settings?: WorkerSettings;
}

/** A world and the processes that come and go in it. */
export class Cluster extends World {
  #workers = 0;

  constructor(private readonly options: ClusterOptions) {
    super(options);
  }

  /** A further process, with a connection of its own. */
  process(settings: WorkerSettings = {}): Worker {
    const { application, settings: common } = this.options;
    return new Worker(this, `w${++this.#workers}`, application, { ...common, ...settings });
  }

  async startProcess(settings: WorkerSettings = {}): Promise<Worker> {
    const worker = this.process(settings);
    await worker.engine.start();
    return worker;
  }
}
