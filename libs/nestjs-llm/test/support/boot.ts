import type { ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ROMANCY_STORAGE_FACTORY, RomancyModule, WorkflowClient, type RomancyModuleOptions } from '@romancy/nestjs';
import { RomancyLlmModule, type RomancyLlmOptions } from '@romancy/nestjs-llm';
import { MemoryStorage } from '@romancy/testing';

export interface Booted {
  readonly app: TestingModule;
  readonly client: WorkflowClient;
  readonly storage: MemoryStorage;
}

export interface BootOptions extends Pick<ModuleMetadata, 'providers'> {
  readonly llm: RomancyLlmOptions;
  readonly romancy?: Partial<Omit<RomancyModuleOptions, 'database' | 'dataSource'>>;
  /** Of an earlier application: what it left behind. */
  readonly storage?: MemoryStorage;
}

const booted: TestingModule[] = [];

/** An application with the module on a storage in memory, started. It is closed by {@link closeAll}. */
export async function boot({
  llm,
  providers = [],
  romancy = {},
  storage = new MemoryStorage(),
}: BootOptions): Promise<Booted> {
  const app = await Test.createTestingModule({
    imports: [
      RomancyModule.forRoot({ database: 'unused', leaseDuration: '1s', resumeInterval: '50ms', ...romancy }),
      RomancyLlmModule.forRoot(llm),
    ],
    providers,
  })
    .setLogger(false as never)
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(() => storage)
    .compile();
  booted.push(app);
  await app.init();
  return { app, client: app.get(WorkflowClient), storage };
}

export async function closeAll(): Promise<void> {
  await Promise.all(booted.splice(0).map((app) => app.close()));
}
