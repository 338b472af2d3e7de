import { readdirSync, readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { getRepositoryToken } from '@nestjs/typeorm';
import { WorkflowFailedError, type WorkflowHandle } from '@romancy/nestjs';
import { prepareRomancyTest, startRomancyTest, type RecordedHistory, type RomancyTest } from '@romancy/testing';
import type { Repository } from 'typeorm';
import { AppModule } from '../app.module.js';
import { Configuration } from '../configuration/configuration.js';
import { GatewayCall } from '../payment/gateway-call.entity.js';
import { PaymentActivities } from '../payment/payment.activities.js';
import { StockItem } from '../stock/stock-item.entity.js';
import type { Order } from './order.js';
import type { OrderResult } from './order.schemas.js';
import { OrderWorkflow } from './order.workflow.js';

const HISTORIES = new URL('histories/', import.meta.url);

const order: Order = { orderId: '17', sku: 'gadget', quantity: 2, amount: 39.8, email: 'ada@shop.example' };

describe('an order', () => {
  let romancy: RomancyTest;
  let stock: Repository<StockItem>;
  let calls: Repository<GatewayCall>;

  /** The whole shop on a database in memory, under a virtual clock. */
  async function open(override: (builder: TestingModuleBuilder) => TestingModuleBuilder = (b) => b): Promise<void> {
    const builder = Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Configuration)
      .useValue(new Configuration({ DATABASE_URL: 'sqlite::memory:' }));
    const module = await override(prepareRomancyTest(builder)).compile();
    romancy = await startRomancyTest(module);
    stock = module.get(getRepositoryToken(StockItem), { strict: false });
    calls = module.get(getRepositoryToken(GatewayCall), { strict: false });
  }

  const place = (changes: Partial<Order> = {}): Promise<WorkflowHandle<OrderResult>> =>
    romancy.client.start(OrderWorkflow, { ...order, ...changes }, { instanceId: 'order-17' });

  const left = async (): Promise<number | undefined> => (await stock.findOneBy({ sku: 'gadget' }))?.available;

  afterEach(() => romancy.close());

  it('goes through all its steps without time passing', async () => {
    await open();
    const handle = await place();
    await romancy.runUntilIdle();
    expect(await handle.get()).toMatchObject({ status: 'completed', stage: 'confirmed', result: { orderId: '17' } });
    expect(await left()).toBe(48);
  });

  it('is charged again when the gateway does not answer, after a pause', async () => {
    await open();
    const handle = await place({ email: 'flaky@shop.example' });
    await romancy.runUntilIdle();
    expect([await handle.status(), await calls.count()]).toEqual(['running', 1]);
    await romancy.advance('500ms');
    expect(await calls.count()).toBe(2);
    await romancy.advance('1s');
    expect([await handle.status(), await calls.count()]).toEqual(['completed', 3]);
    expect(new Set((await calls.find()).map(({ idempotencyKey }) => idempotencyKey))).toEqual(
      new Set(['order-17/charge:1']),
    );
  });

  it('fails, and gives back what it has reserved, when the gateway never answers', async () => {
    const charge = jest.fn(() => new Promise<never>(() => undefined));
    await open((builder) => builder.overrideProvider(PaymentActivities).useValue({ charge, refund: jest.fn() }));
    const placed = romancy.clock.now();
    const handle = await place();
    await romancy.advance('29s');
    expect([await handle.status(), await left()]).toEqual(['running', 48]);
    await expect(romancy.finish(handle)).rejects.toThrow(WorkflowFailedError);
    expect(charge).toHaveBeenCalledTimes(5);
    expect(romancy.clock.now() - placed).toBeGreaterThan(5 * 30_000);
    expect(await left()).toBe(50);
  });

  it('gives the money back when the parcel cannot be delivered', async () => {
    const payment = { charge: jest.fn(async () => ({ chargeId: 'c-1' })), refund: jest.fn(async () => undefined) };
    await open((builder) => builder.overrideProvider(PaymentActivities).useValue(payment));
    const handle = await place({ email: 'undeliverable@shop.example' });
    await expect(romancy.finish(handle)).rejects.toThrow('no address');
    expect(payment.charge).toHaveBeenCalledWith(39.8, 'undeliverable@shop.example');
    expect(payment.refund).toHaveBeenCalledWith(
      expect.objectContaining({ result: { chargeId: 'c-1' }, idempotencyKey: 'order-17/charge:1', inDoubt: false }),
    );
    expect(await left()).toBe(50);
  });

  describe('that was recorded before this code', () => {
    const recorded = (file: string): RecordedHistory =>
      JSON.parse(readFileSync(new URL(file, HISTORIES), 'utf8')) as RecordedHistory;

    beforeEach(() => open());

    it.each(readdirSync(HISTORIES))('goes on with it: %s', async (file) => {
      expect(await romancy.replay(recorded(file))).toMatchObject({ fits: true, findings: [] });
    });

    it('would be reported if it did not fit', async () => {
      const history = recorded('completed.json');
      const [reserve, charge, ...rest] = history.rows;
      const report = await romancy.replay({ ...history, rows: [charge!, reserve!, ...rest] });
      expect(report).toMatchObject({
        fits: false,
        findings: [{ severity: 'error', code: 'ROMANCY_NONDETERMINISM_MISSING_STEP' }],
      });
    });
  });
});
