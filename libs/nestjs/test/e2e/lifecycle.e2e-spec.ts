import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  EngineHost,
  ROMANCY_ENGINE_FACTORY,
  ROMANCY_STORAGE_FACTORY,
  RomancyModule,
  Workflow,
  WorkflowClient,
} from '@romancy/nestjs';
import { bootOn, withFakes } from '../boot.js';
import { FakeEngine, fakeStorage } from '../fake-engine.js';

@Workflow()
class Order {
  async run(): Promise<string> {
    return 'done';
  }
}

describe('life of the engine in an application', () => {
  it('is usable in onApplicationBootstrap of any provider', async () => {
    @Injectable()
    class StartsOnBoot implements OnApplicationBootstrap {
      result: string | undefined;
      constructor(private readonly client: WorkflowClient) {}
      async onApplicationBootstrap(): Promise<void> {
        this.result = await this.client.execute(Order);
      }
    }
    const { app } = await bootOn({
      imports: [RomancyModule.forRoot({ database: 'x.db' })],
      providers: [Order, StartsOnBoot],
    });
    expect(app.get(StartsOnBoot).result).toBe('done');
    await app.close();
  });

  it('stops after the application has said goodbye, before connections close, and once', async () => {
    const seen: string[] = [];
    @Injectable()
    class Watches implements BeforeApplicationShutdown, OnApplicationShutdown {
      constructor(private readonly host: EngineHost) {}
      beforeApplicationShutdown(): void {
        seen.push(`before: ${this.host.engine.state}`);
      }
      onApplicationShutdown(): void {
        seen.push(`at shutdown: ${this.host.engine.state}`);
      }
    }
    const { app, engine } = await bootOn({
      imports: [RomancyModule.forRoot({ database: 'x.db' })],
      providers: [Watches],
    });
    await app.close();
    expect(seen).toEqual(['before: started', 'at shutdown: stopped']);
    await app.close();
    expect(engine.calls).toEqual(['stop']);
  });

  it('reports the error of a start that fails, and stops what was begun', async () => {
    const engines: FakeEngine[] = [];
    let closed = 0;
    class BrokenEngine extends FakeEngine {
      override async start(): Promise<void> {
        throw new Error('no connection');
      }
    }
    const app = await withFakes(
      Test.createTestingModule({ imports: [RomancyModule.forRoot({ database: 'x.db' })] }),
      engines,
    )
      .overrideProvider(ROMANCY_STORAGE_FACTORY)
      .useValue(() => ({ ...fakeStorage(), close: async () => (closed += 1) }))
      .overrideProvider(ROMANCY_ENGINE_FACTORY)
      .useValue((options: FakeEngine['options']) => {
        const engine = new BrokenEngine(options);
        engines.push(engine);
        return engine;
      })
      .compile();
    await expect(app.init()).rejects.toThrow('no connection');
    expect(engines[0]?.calls).toEqual(['stop']);
    expect(closed).toBe(1);
    // Nest 12 closes what has not started; Nest 11 repeats the error.
    await app.close().catch(() => undefined);
    expect(engines[0]?.calls).toEqual(['stop']);
  });
});
