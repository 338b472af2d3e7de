import { Test } from '@nestjs/testing';
import { TypeOrmModule, getRepositoryToken } from '@nestjs/typeorm';
import { ROMANCY_CLOCK, RomancyModule, WorkflowCancelledError, WorkflowFailedError } from '@romancy/nestjs';
import {
  MemoryStorage,
  prepareRomancyTest,
  startRomancyTest,
  type RomancyTest,
  type RomancyTestOptions,
} from '@romancy/testing';
import type { Repository } from 'typeorm';
import { Carrier, Label, LabelActivities, LabelledWorkflow, ParcelActivities, ParcelWorkflow } from './parcels.js';

const DAY = 86_400_000;

class FakeCarrier {
  readonly calls: string[] = [];
  failures = 0;

  async collect(parcelId: string): Promise<string> {
    this.calls.push(`collect ${parcelId}`);
    if (this.failures-- > 0) throw new Error('nobody at the door');
    return `tracking of ${parcelId}`;
  }

  async recall(trackingId: string): Promise<void> {
    this.calls.push(`recall ${trackingId}`);
  }
}

describe('a test of an application', () => {
  let romancy: RomancyTest;
  let carrier: FakeCarrier;

  const start = async (options: RomancyTestOptions = {}): Promise<void> => {
    carrier = new FakeCarrier();
    const module = await prepareRomancyTest(
      Test.createTestingModule({
        imports: [RomancyModule.forRoot({ database: 'never-touched.db' })],
        providers: [ParcelWorkflow, ParcelActivities, Carrier],
      }),
      options,
    )
      .overrideProvider(Carrier)
      .useValue(carrier)
      .compile();
    romancy = await startRomancyTest(module);
  };

  afterEach(() => romancy.close());

  describe.each<[string, () => RomancyTestOptions]>([
    ['SQLite in memory', () => ({})],
    ['MemoryStorage', () => ({ storage: new MemoryStorage() })],
  ])('on %s', (_name, options) => {
    beforeEach(() => start(options()));

    it('moves through days in no time', async () => {
      const handle = await romancy.client.start(ParcelWorkflow, 'p1');
      await romancy.runUntilIdle();
      expect(await handle.get()).toMatchObject({ status: 'waiting_for_timer', stage: 'on its way' });
      await romancy.advance('47h');
      expect(await handle.status()).toBe('waiting_for_timer');
      await romancy.advance('1h');
      expect(await handle.result()).toEqual({ tracking: 'tracking of p1', days: 2 });
      expect(carrier.calls).toEqual(['collect p1']);
    });

    it('lets a result be awaited beforehand, without looking every second', async () => {
      const result = romancy.client.execute(ParcelWorkflow, 'p1', { instanceId: 'p1' });
      const before = performance.now();
      await romancy.advance('2d');
      expect(await result).toMatchObject({ days: 2 });
      expect(performance.now() - before).toBeLessThan(5000);
    });

    it('finishes an instance, however long that takes', async () => {
      const before = romancy.clock.now();
      const handle = await romancy.client.start(ParcelWorkflow, 'p1');
      expect(await romancy.finish(handle)).toMatchObject({ days: 2 });
      expect(romancy.clock.now() - before).toBe(2 * DAY);
    });

    it('repeats failed attempts when their time has come', async () => {
      carrier.failures = 2;
      const handle = await romancy.client.start(ParcelWorkflow, 'p1');
      await romancy.runUntilIdle();
      expect(carrier.calls).toHaveLength(1);
      await romancy.advance('59m');
      expect(carrier.calls).toHaveLength(1);
      await romancy.advance('1m');
      expect(carrier.calls).toHaveLength(2);
      expect(await romancy.finish(handle)).toMatchObject({ tracking: 'tracking of p1' });
      expect(carrier.calls).toHaveLength(3);
    });

    it('shows failures with what was undone', async () => {
      const handle = await romancy.client.start(ParcelWorkflow, 'broken-1');
      await expect(romancy.finish(handle)).rejects.toThrow(WorkflowFailedError);
      expect(carrier.calls).toEqual(['collect broken-1', 'recall tracking of broken-1']);
    });

    it('cancels', async () => {
      const handle = await romancy.client.start(ParcelWorkflow, 'p1');
      await romancy.advance('1d');
      await handle.cancel('not needed any more');
      await expect(romancy.finish(handle)).rejects.toThrow(WorkflowCancelledError);
      expect(carrier.calls).toEqual(['collect p1', 'recall tracking of p1']);
    });

    it('runs many instances side by side', async () => {
      const handles = await Promise.all(
        Array.from({ length: 30 }, (_, index) => romancy.client.start(ParcelWorkflow, `p${index}`)),
      );
      await romancy.advance('2d');
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(results.map((result) => result.days)).toEqual(handles.map(() => 2));
    });
  });

  it('says why an instance does not go on', async () => {
    await start();
    carrier.collect = () => new Promise(() => undefined);
    const handle = await romancy.client.start(ParcelWorkflow, 'stuck', { instanceId: 'stuck' });
    await expect(romancy.finish(handle)).rejects.toThrow('Instance stuck is running, and no timer is set');
  });

  it('starts at a given time', async () => {
    await start({ startAt: new Date('2030-06-01T00:00:00Z') });
    const handle = await romancy.client.start(ParcelWorkflow, 'p1');
    expect((await handle.get()).startedAt.toISOString()).toBe('2030-06-01T00:00:00.000Z');
  });
});

describe('a test of an application with its own DataSource', () => {
  it('shares it, and sees what activities have written', async () => {
    const module = await prepareRomancyTest(
      Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', entities: [Label], synchronize: true }),
          TypeOrmModule.forFeature([Label]),
          RomancyModule.forRoot({ dataSource: 'default' }),
        ],
        providers: [LabelledWorkflow, LabelActivities],
      }),
    ).compile();
    const romancy = await startRomancyTest(module);
    const handle = await romancy.client.start(LabelledWorkflow, 'p1');
    expect(await romancy.finish(handle)).toBe(1);
    const labels = module.get<Repository<Label>>(getRepositoryToken(Label));
    expect(await labels.find()).toMatchObject([{ parcelId: 'p1' }]);
    await romancy.close();
  });
});

describe('startRomancyTest', () => {
  it('refuses an application on the real clock, with the cure', async () => {
    const module = await Test.createTestingModule({
      imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
    }).compile();
    await expect(startRomancyTest(module)).rejects.toThrow('prepareRomancyTest');
    expect(module.get(ROMANCY_CLOCK, { strict: false })).toBeUndefined();
    await module.close();
  });
});
