import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, type INestApplicationContext, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { getDataSourceToken, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  Activity,
  ActivityContext,
  EngineHost,
  NotTransactionalError,
  RomancyModule,
  TerminalError,
  Workflow,
  WorkflowClient,
  WorkflowLoops,
  type EngineLoop,
  type RomancyModuleOptions,
  type WorkflowContext,
} from '@romancy/nestjs';
import { Column, DataSource, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';

@Entity('holds')
class Hold {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  sku!: string;
}

const seen: string[] = [];

@Injectable()
class Stock {
  constructor(
    @InjectRepository(Hold) private readonly holds: Repository<Hold>,
    private readonly activity: ActivityContext,
    private readonly client: WorkflowClient,
  ) {}

  @Activity()
  async reserve(sku: string): Promise<{ holdId: number }> {
    const hold = await this.holds.save({ sku });
    await this.activity.manager.insert(Hold, { sku: `${sku} (manager)` });
    this.activity.afterCommit(() => {
      seen.push(`committed ${sku}`);
    });
    if (sku === 'refused') throw new TerminalError('no such article');
    return { holdId: hold.id };
  }

  @Activity()
  async startChild(sku: string): Promise<string> {
    const handle = await this.client.start(Child, sku, { instanceId: `child-${sku}` });
    if (sku === 'rolled-back') throw new TerminalError('after the start');
    return handle.instanceId;
  }

  @Activity({ transactional: false })
  async outside(): Promise<string> {
    try {
      return this.activity.manager.constructor.name;
    } catch (error) {
      return error instanceof NotTransactionalError ? 'no manager' : String(error);
    }
  }
}

@Workflow()
class Order {
  constructor(private readonly stock: Stock) {}
  async run(sku: string): Promise<string> {
    const { holdId } = await this.stock.reserve(sku);
    return `${sku} ${String(holdId > 0)} ${await this.stock.outside()}`;
  }
}

@Workflow()
class Child {
  async run(sku: string, ctx: WorkflowContext<string>): Promise<string> {
    return `${ctx.instanceId} of ${sku}`;
  }
}

@Workflow()
class Parent {
  constructor(private readonly stock: Stock) {}
  async run(sku: string): Promise<string> {
    return this.stock.startChild(sku);
  }
}

@Workflow()
class Sleeper {
  async run(): Promise<string> {
    return 'awake';
  }
}

async function boot(metadata: ModuleMetadata): Promise<INestApplicationContext> {
  class AppModule {}
  Module(metadata)(AppModule);
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

describe('on SQLite', () => {
  let folder: string;
  let apps: INestApplicationContext[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'romancy-nestjs-'));
    apps = [];
    seen.length = 0;
  });

  afterEach(async () => {
    for (const app of apps) await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  function shared(options: Partial<RomancyModuleOptions>, name?: string): Promise<INestApplicationContext> {
    const database = join(folder, 'app.db');
    return remember(
      boot({
        imports: [
          TypeOrmModule.forRoot({
            ...(name === undefined ? {} : { name }),
            type: 'better-sqlite3',
            database,
            entities: [Hold],
            synchronize: true,
          }),
          TypeOrmModule.forFeature([Hold], name),
          RomancyModule.forRoot({ dataSource: name ?? 'default', ...options } as RomancyModuleOptions),
        ],
        providers: [Order, Child, Parent, Stock],
      }),
    );
  }

  async function remember(booting: Promise<INestApplicationContext>): Promise<INestApplicationContext> {
    const app = await booting;
    apps.push(app);
    return app;
  }

  it('commits what an activity writes, by repository and manager, with its result', async () => {
    const app = await shared({});
    const client = app.get(WorkflowClient);
    const holds = app.get(DataSource).getRepository(Hold);
    await expect(client.execute(Order, 'widget', { timeout: '5s' })).resolves.toBe('widget true no manager');
    expect((await holds.find()).map(({ sku }) => sku)).toEqual(['widget', 'widget (manager)']);
    expect(seen).toEqual(['committed widget']);
    await expect(client.execute(Order, 'refused', { timeout: '5s' })).rejects.toThrow('no such article');
    expect(await holds.count()).toBe(2);
    expect(seen).toEqual(['committed widget']);
  });

  it('starts in the transaction of the caller, or not at all', async () => {
    const app = await shared({});
    const client = app.get(WorkflowClient);
    const dataSource = app.get(DataSource);
    await dataSource.transaction(async (manager) => {
      await manager.insert(Hold, { sku: 'with a workflow' });
      await client.withManager(manager).start(Child, 'x', { instanceId: 'committed' });
    });
    await expect(client.handle(Child, 'committed').result({ timeout: '5s' })).resolves.toBe('committed of x');
    const failing = dataSource.transaction(async (manager) => {
      await client.withManager(manager).start(Child, 'x', { instanceId: 'rolled-back' });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await expect(client.get('rolled-back')).rejects.toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
  });

  it('starts in the transaction of the activity that asks', async () => {
    const app = await shared({});
    const client = app.get(WorkflowClient);
    await expect(client.execute(Parent, 'a', { timeout: '5s' })).resolves.toBe('child-a');
    await expect(client.handle(Child, 'child-a').result({ timeout: '5s' })).resolves.toBe('child-a of a');
    await expect(client.execute(Parent, 'rolled-back', { timeout: '5s' })).rejects.toThrow('after the start');
    await expect(client.get('child-rolled-back')).rejects.toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
  });

  it('works on a named DataSource', async () => {
    const app = await shared({ dataSource: 'orders' }, 'orders').catch((error: unknown) => String(error));
    // Stock injects the repository of the unnamed DataSource: that this one is found at all is what is tested here.
    expect(app).toContain('HoldRepository');
    const named = await remember(
      boot({
        imports: [
          TypeOrmModule.forRoot({ name: 'orders', type: 'better-sqlite3', database: join(folder, 'named.db') }),
          RomancyModule.forRoot({ dataSource: 'orders' }),
        ],
        providers: [Child],
      }),
    );
    await expect(named.get(WorkflowClient).execute(Child, 'x', { instanceId: 'n', timeout: '5s' })).resolves.toBe(
      'n of x',
    );
    expect(named.get(EngineHost).dataSource).toBe(named.get(getDataSourceToken('orders')));
  });

  it('works on a DataSource that is handed over, and leaves it open', async () => {
    const dataSource = await new DataSource({ type: 'better-sqlite3', database: join(folder, 'own.db') }).initialize();
    const app = await boot({ imports: [RomancyModule.forRoot({ dataSource })], providers: [Child] });
    await expect(app.get(WorkflowClient).execute(Child, 'x', { instanceId: 'h', timeout: '5s' })).resolves.toBe(
      'h of x',
    );
    await app.close();
    expect(dataSource.isInitialized).toBe(true);
    await dataSource.destroy();
  });

  it('keeps two applications in one process apart', async () => {
    const one = await remember(
      boot({
        imports: [RomancyModule.forRoot({ database: join(folder, '1.db'), http: { health: true } })],
        providers: [Child],
      }),
    );
    const two = await remember(
      boot({ imports: [RomancyModule.forRoot({ database: join(folder, '2.db') })], providers: [Child] }),
    );
    await one.get(WorkflowClient).execute(Child, 'x', { instanceId: 'only-in-one', timeout: '5s' });
    await expect(two.get(WorkflowClient).get('only-in-one')).rejects.toMatchObject({
      code: 'ROMANCY_INSTANCE_NOT_FOUND',
    });
    await expect(two.get(WorkflowClient).list()).resolves.toMatchObject({ instances: [] });
  });

  it('goes on in the next process with what the last one left', async () => {
    const database = join(folder, 'handover.db');
    const starter = await boot({ imports: [RomancyModule.forRoot({ database, worker: false })] });
    const client = starter.get(WorkflowClient);
    await client.start(Sleeper, undefined, { instanceId: 's-1' });
    await starter.get(EngineHost).dataSource.transaction(async (manager) => {
      await client.withManager(manager).start(Sleeper, undefined, { instanceId: 's-2' });
    });
    await expect(client.handle('s-1').status()).resolves.toBe('running');
    await starter.close();
    const worker = await remember(boot({ imports: [RomancyModule.forRoot({ database })], providers: [Sleeper] }));
    for (const id of ['s-1', 's-2']) {
      await expect(worker.get(WorkflowClient).handle(Sleeper, id).result({ timeout: '10s' })).resolves.toBe('awake');
    }
  });

  it('does not wait for itself when a class that nobody has run yet is started in a transaction', async () => {
    const starter = await remember(
      boot({ imports: [RomancyModule.forRoot({ database: join(folder, 'new.db'), worker: false })] }),
    );
    const starting = starter.get(EngineHost).dataSource.transaction(async (manager) => {
      await starter.get(WorkflowClient).withManager(manager).start(Sleeper);
    });
    await expect(starting).rejects.toThrow('definition of the workflow Sleeper is not in the database');
  });

  it('lists its loops in the SchedulerRegistry, all that the manual names', async () => {
    const outbox = { http: { url: 'http://localhost:9/events' } };
    const everyLoop = { database: ':memory:', instanceRetention: { completed: '30d' as const }, outbox };
    const app = await remember(
      boot({
        imports: [ScheduleModule.forRoot(), RomancyModule.forRoot(everyLoop)],
        providers: [Child],
      }),
    );
    const registry = app.get(SchedulerRegistry);
    const loops = app.get(WorkflowLoops).list();
    const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    const documented = new Set(page.match(/romancy:[a-z-]+/g));
    expect(new Set(registry.getIntervals())).toEqual(documented);
    expect(registry.getIntervals()).toEqual(loops.map(({ name }) => name));
    await expect(registry.getInterval<EngineLoop>('romancy:timers').tick()).resolves.toBe(0);
    registry.deleteInterval('romancy:timers');
    expect(registry.getIntervals()).not.toContain('romancy:timers');
  });

  it('reports a database that it cannot open, and settings that the engine refuses', async () => {
    const unreachable = boot({ imports: [RomancyModule.forRoot({ database: '/dev/null/orders.db' })] });
    await expect(unreachable).rejects.toThrow('/dev/null');
    const senseless = boot({ imports: [RomancyModule.forRoot({ database: join(folder, 'x.db'), leaseDuration: -1 })] });
    await expect(senseless).rejects.toMatchObject({ code: 'ROMANCY_INVALID_DURATION' });
  });
});
