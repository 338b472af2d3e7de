import type { ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import type { EngineOptions } from '@romancy/core';
import {
  ROMANCY_ENGINE_FACTORY,
  ROMANCY_STORAGE_FACTORY,
  RomancyModule,
  type RomancyModuleExtras,
  type RomancyModuleOptions,
} from '@romancy/nestjs';
import { FakeEngine, fakeStorage } from './fake-engine.js';

export interface Booted {
  readonly app: TestingModule;
  /** The engine that the last bootstrap made. */
  readonly engine: FakeEngine;
}

type Options = Partial<Omit<RomancyModuleOptions, 'database' | 'dataSource'>> & RomancyModuleExtras;

/** An application on the fake engine, booted. */
export async function boot(
  metadata: ModuleMetadata,
  options: Options = {},
  configure: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<Booted> {
  const module = RomancyModule.forRoot({ database: 'test.db', ...options });
  return bootOn({ ...metadata, imports: [module, ...(metadata.imports ?? [])] }, configure);
}

/** As {@link boot}, for an application that imports the module itself. */
export async function bootOn(
  metadata: ModuleMetadata,
  configure: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<Booted> {
  const engines: FakeEngine[] = [];
  const app = await configure(withFakes(Test.createTestingModule(metadata), engines)).compile();
  await app.init();
  const engine = engines.at(-1);
  if (!engine) throw new Error('no engine was made');
  return { app, engine };
}

export function withFakes(builder: TestingModuleBuilder, engines: FakeEngine[]): TestingModuleBuilder {
  return builder
    .setLogger(false as never)
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(() => fakeStorage())
    .overrideProvider(ROMANCY_ENGINE_FACTORY)
    .useValue((engineOptions: EngineOptions) => {
      const engine = new FakeEngine(engineOptions);
      engines.push(engine);
      return engine;
    });
}
