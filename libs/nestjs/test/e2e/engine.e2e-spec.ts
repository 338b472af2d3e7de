import { Injectable, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Activity,
  ActivityContext,
  CompensationFor,
  ROMANCY_STORAGE_FACTORY,
  RomancyModule,
  TerminalError,
  Workflow,
  WorkflowClient,
  WorkflowCancelledError,
  WorkflowFailedError,
  type Compensated,
  type WorkflowContext,
} from '@romancy/nestjs';
import { MemoryStorage } from '@romancy/testing';

@Injectable()
class Payments {
  readonly log: string[] = [];
  constructor(private readonly activity: ActivityContext) {}

  @Activity({ transactional: false, retry: { maxAttempts: 3, initialInterval: 1 } })
  async charge(orderId: string, amount: number): Promise<{ chargeId: string }> {
    const { attempt, idempotencyKey } = this.activity;
    this.log.push(`charge ${idempotencyKey} #${String(attempt)}`);
    if (orderId === 'flaky' && attempt < 3) throw new Error('gateway is away');
    if (orderId === 'declined') throw new TerminalError('card declined');
    return { chargeId: `c-${orderId}-${String(amount)}` };
  }

  @CompensationFor('charge')
  async refund({ args, result, idempotencyKey }: Compensated<Payments['charge']>): Promise<void> {
    this.log.push(`refund ${args[0]} ${result.chargeId} ${idempotencyKey}`);
  }
}

@Activity()
class Ship {
  async execute(input: { orderId: string }): Promise<{ at: Date }> {
    if (input.orderId === 'unshippable') throw new TerminalError('no such address');
    return { at: new Date(0) };
  }
}

@Workflow({ name: 'order' })
class Order {
  private steps = 0;
  constructor(
    private readonly payments: Payments,
    private readonly ship: Ship,
  ) {}

  async run(orderId: string, ctx: WorkflowContext<string>): Promise<{ chargeId: string; at: Date; steps: number }> {
    const { chargeId } = await this.payments.charge(orderId, 5);
    this.steps += 1;
    ctx.setStage('charged');
    if (orderId === 'patient') await ctx.sleep('1h');
    const { at } = await this.ship.execute({ orderId });
    this.steps += 1;
    return { chargeId, at, steps: this.steps };
  }
}

async function boot(
  metadata: ModuleMetadata = {},
): Promise<{ app: TestingModule; client: WorkflowClient; log: string[] }> {
  const storage = new MemoryStorage();
  const app = await Test.createTestingModule({
    imports: [RomancyModule.forRoot({ database: 'unused' })],
    providers: [Order, Payments, Ship],
    ...metadata,
  })
    .overrideProvider(ROMANCY_STORAGE_FACTORY)
    .useValue(() => storage)
    .compile();
  await app.init();
  return { app, client: app.get(WorkflowClient), log: app.get(Payments).log };
}

describe('workflows in an application', () => {
  it('run to their result, step by step', async () => {
    const { app, client, log } = await boot();
    const handle = await client.start(Order, 'a', { instanceId: 'order-a' });
    await expect(handle.result({ timeout: '5s' })).resolves.toEqual({ chargeId: 'c-a-5', at: new Date(0), steps: 2 });
    expect(log).toEqual(['charge order-a/charge:1 #1']);
    await expect(handle.get()).resolves.toMatchObject({
      status: 'completed',
      stage: 'charged',
      workflowName: 'order',
      input: 'a',
    });
    await expect(client.list({ workflowName: 'order', status: 'completed' })).resolves.toMatchObject({
      instances: [{ instanceId: 'order-a' }],
    });
    await app.close();
  });

  it('repeat an activity with the same idempotency key', async () => {
    const { app, client, log } = await boot();
    await client.execute(Order, 'flaky', { instanceId: 'f', timeout: '5s' });
    expect(log).toEqual(['charge f/charge:1 #1', 'charge f/charge:1 #2', 'charge f/charge:1 #3']);
    await app.close();
  });

  it('undo what they did when they fail', async () => {
    const { app, client, log } = await boot();
    await expect(client.execute(Order, 'unshippable', { instanceId: 'u', timeout: '5s' })).rejects.toThrow(
      WorkflowFailedError,
    );
    expect(log).toEqual(['charge u/charge:1 #1', 'refund unshippable c-unshippable-5 u/charge:1']);
    await app.close();
  });

  it('undo what they did when they are cancelled', async () => {
    const { app, client, log } = await boot();
    const handle = await client.start(Order, 'patient', { instanceId: 'p' });
    while ((await handle.status()) !== 'waiting_for_timer') await new Promise((resolve) => setTimeout(resolve, 5));
    await handle.cancel('customer asked');
    await expect(handle.result({ timeout: '5s' })).rejects.toThrow(WorkflowCancelledError);
    expect(log.at(-1)).toBe('refund patient c-patient-5 p/charge:1');
    await expect(handle.get()).resolves.toMatchObject({ status: 'cancelled', cancelReason: 'customer asked' });
    await app.close();
  });

  it('replace an activity by a fake in a test', async () => {
    const storage = new MemoryStorage();
    const app = await Test.createTestingModule({
      imports: [RomancyModule.forRoot({ database: 'unused' })],
      providers: [Order, Payments, Ship],
    })
      .overrideProvider(ROMANCY_STORAGE_FACTORY)
      .useValue(() => storage)
      .overrideProvider(Payments)
      .useValue({ charge: async () => ({ chargeId: 'fake' }) })
      .compile();
    await app.init();
    const result = await app.get(WorkflowClient).execute(Order, 'x', { instanceId: 'o-1', timeout: '5s' });
    expect(result).toMatchObject({ chargeId: 'fake' });
    await app.close();
  });
});
