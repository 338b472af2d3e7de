import { Injectable, Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Test } from '@nestjs/testing';
import {
  ROMANCY_STORAGE_FACTORY,
  RomancyModule,
  Workflow,
  WorkflowClient,
  type RomancyModuleOptions,
  type RomancyOptionsFactory,
} from '@romancy/nestjs';
import type { TypeOrmStorageOptions } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { boot, bootOn, withFakes } from '../boot.js';
import { fakeStorage, type FakeEngine } from '../fake-engine.js';

@Workflow()
class Order {
  async run(id: string): Promise<string> {
    return `done ${id}`;
  }
}

@Injectable()
class Settings implements RomancyOptionsFactory {
  createRomancyOptions(): RomancyModuleOptions {
    return { database: 'from-class.db', serviceName: 'from-class' };
  }
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

/** Boots with this module and answers what storage was asked for. */
async function storageOf(
  module: ReturnType<typeof RomancyModule.forRoot>,
  providers: object[] = [],
): Promise<Omit<TypeOrmStorageOptions, 'logger'>> {
  const requests: Omit<TypeOrmStorageOptions, 'logger'>[] = [];
  const engines: FakeEngine[] = [];
  const builder = withFakes(
    Test.createTestingModule({ imports: [module], providers: [Order, ...(providers as never[])] }),
    engines,
  );
  const app = await builder
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(({ logger, ...request }: TypeOrmStorageOptions) => {
      expect(logger).toBeDefined();
      requests.push(request);
      return fakeStorage();
    })
    .compile();
  await app.init();
  await expect(app.get(WorkflowClient).execute(Order, 'x')).resolves.toBe('done x');
  await app.close();
  expect(requests).toHaveLength(1);
  return requests[0]!;
}

describe('configuring the module', () => {
  it('with values', async () => {
    const request = await storageOf(RomancyModule.forRoot({ database: 'orders.db', migrations: 'verify' }));
    expect(request).toEqual({ database: 'orders.db', migrations: 'verify' });
  });

  it('passes the settings of the engine on, and nothing else', async () => {
    const { engine, app } = await boot(
      {},
      { serviceName: 'orders', leaseDuration: '20s', migrations: 'off', http: { health: true } },
    );
    const { storage, registry, logger, hooks, ...settings } = engine.options;
    expect(hooks).toEqual([]);
    expect(settings).toEqual({ serviceName: 'orders', leaseDuration: '20s' });
    expect([storage, registry, logger]).not.toContain(undefined);
    await app.close();
  });

  it('with a factory and what it injects', async () => {
    const module = RomancyModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: (settings: Settings) => ({ ...settings.createRomancyOptions(), migrations: 'off' as const }),
    });
    expect(await storageOf(module)).toEqual({ database: 'from-class.db', migrations: 'off' });
  });

  it('with a class', async () => {
    expect(await storageOf(RomancyModule.forRootAsync({ useClass: Settings }))).toEqual({ database: 'from-class.db' });
  });

  it('with an existing provider', async () => {
    const module = RomancyModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings });
    expect(await storageOf(module)).toEqual({ database: 'from-class.db' });
  });

  describe('with the DataSource of the application', () => {
    const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });

    it('by the name in TypeOrmModule', async () => {
      const orders = { provide: getDataSourceToken('orders'), useValue: dataSource };
      expect(await storageOf(RomancyModule.forRoot({ dataSource: 'orders' }), [orders])).toEqual({ dataSource });
      const unnamed = { provide: getDataSourceToken(), useValue: dataSource };
      expect(await storageOf(RomancyModule.forRoot({ dataSource: 'default' }), [unnamed])).toEqual({ dataSource });
    });

    it('by any token', async () => {
      const token = Symbol('ORDERS');
      const provider = { provide: token, useFactory: async () => dataSource };
      expect(await storageOf(RomancyModule.forRoot({ dataSource: token }), [provider])).toEqual({ dataSource });
      const text = { provide: 'MY_DATA_SOURCE', useValue: dataSource };
      expect(await storageOf(RomancyModule.forRoot({ dataSource: 'MY_DATA_SOURCE' }), [text])).toEqual({ dataSource });
    });

    it('itself', async () => {
      expect(await storageOf(RomancyModule.forRoot({ dataSource }))).toEqual({ dataSource });
    });
  });

  it('keeps two applications in one process apart', async () => {
    const first = await bootOn({ imports: [RomancyModule.forRoot({ database: 'a.db' })], providers: [Order] });
    const second = await bootOn({ imports: [RomancyModule.forRoot({ database: 'b.db' })], providers: [Order] });
    await first.app.get(WorkflowClient).start(Order, '1');
    expect(first.engine.requests).toHaveLength(1);
    expect(second.engine.requests).toHaveLength(0);
    expect(first.engine.options.registry).not.toBe(second.engine.options.registry);
    await first.app.close();
    expect(second.engine.state).toBe('started');
    await second.app.close();
  });

  it('type-checks its options', () => {
    const declare = (): unknown[] => [
      // @ts-expect-error a database is needed
      RomancyModule.forRoot({}),
      // @ts-expect-error one of them
      RomancyModule.forRoot({ database: 'a.db', dataSource: 'default' }),
      // @ts-expect-error no such mode
      RomancyModule.forRoot({ database: 'a.db', migrations: 'always' }),
      // @ts-expect-error not a duration
      RomancyModule.forRoot({ database: 'a.db', leaseDuration: 'long' }),
      RomancyModule.forRootAsync({
        useFactory: async () => ({ database: 'a.db' }),
        http: { health: { path: 'status' } },
      }),
    ];
    expect(declare).toBeInstanceOf(Function);
  });
});
