import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { EngineApi, Storage } from '@romancy/core';
import { attachEngine, EngineHost } from './engine-host.js';
import { ScheduledLoops } from './scheduled-loops.js';
import { StartUp } from './start-up.js';

/**
 * Starts the engine at the application's bootstrap, when every provider exists, and stops it before the shutdown hooks in which
 * @nestjs/typeorm closes its connections. The module is global, so both hooks run before (after) those of the application's own modules.
 */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #engine: EngineApi | undefined;

  constructor(
    private readonly startUp: StartUp,
    private readonly host: EngineHost,
    private readonly scheduledLoops: ScheduledLoops,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { engine, storage } = await this.startUp.prepare();
    this.#engine = engine;
    try {
      await engine.start();
    } catch (error) {
      await this.#giveUp(storage);
      throw error;
    }
    attachEngine(this.host, engine, storage);
    await this.scheduledLoops.list();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.stop();
  }

  /** After a start that failed half-way; its error is the one to report. */
  async #giveUp(storage: Storage): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.stop().catch(() => undefined);
    await storage.close().catch(() => undefined);
  }
}
