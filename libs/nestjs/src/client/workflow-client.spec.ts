import { Injectable } from '@nestjs/common';
import {
  EngineStateError,
  runInScope,
  WorkflowNotRegisteredError,
  type ActivityTransaction,
  type WorkflowContext,
  type WorkflowScope,
} from '@romancy/core';
import {
  ClientInWorkflowError,
  WaitInTransactionError,
  Workflow,
  WorkflowClient,
  type WorkflowHandle,
} from '@romancy/nestjs';
import { boot, type Booted } from '../../test/boot.js';
import { activityScope } from '../../test/fake-engine.js';

interface OrderInput {
  readonly orderId: string;
}

@Workflow({ name: 'order_workflow' })
class OrderWorkflow {
  async run(order: OrderInput, ctx: WorkflowContext<OrderInput>): Promise<{ receipt: string }> {
    return { receipt: `${order.orderId} in ${ctx.instanceId}` };
  }
}

@Workflow()
class Nightly {
  async run(): Promise<number> {
    return 7;
  }
}

@Workflow()
class NotProvided {
  async run(): Promise<void> {}
}

@Injectable()
class NotAWorkflow {
  async run(): Promise<void> {}
}

describe('WorkflowClient', () => {
  let booted: Booted;
  let client: WorkflowClient;

  beforeEach(async () => {
    booted = await boot({ providers: [OrderWorkflow, Nightly] });
    client = booted.app.get(WorkflowClient);
  });

  afterEach(() => booted.app.close());

  it('starts by class: name, input and options reach the engine', async () => {
    const handle = await client.start(OrderWorkflow, { orderId: '17' }, { instanceId: 'order-17', onConflict: 'fail' });
    expect(booted.engine.requests).toEqual([
      { workflowName: 'order_workflow', input: { orderId: '17' }, instanceId: 'order-17', onConflict: 'fail' },
    ]);
    expect([handle.instanceId, handle.created]).toEqual(['order-17', true]);
    await expect(handle.result({ timeout: '10s' })).resolves.toEqual({ receipt: '17 in order-17' });
    expect(booted.engine.calls).toEqual(['result order-17 10s']);
    await expect(client.start(OrderWorkflow, { orderId: '17' }, { instanceId: 'order-17' })).resolves.toMatchObject({
      created: false,
    });
  });

  it('executes: starts and waits', async () => {
    await expect(client.execute(Nightly)).resolves.toBe(7);
    await expect(client.execute(OrderWorkflow, { orderId: '1' }, { instanceId: 'o', timeout: 5000 })).resolves.toEqual({
      receipt: '1 in o',
    });
    expect(booted.engine.calls).toEqual(['result i-1 undefined', 'result o 5000']);
  });

  it('looks up by id', async () => {
    const handle = client.handle(OrderWorkflow, 'order-1');
    expect(handle.created).toBe(false);
    await expect(handle.status()).resolves.toBe('running');
    await expect(client.get('order-2')).resolves.toMatchObject({ instanceId: 'order-2' });
    await client.handle('order-3').cancel('customer asked');
    await client.cancel('order-4');
    expect(booted.engine.calls).toEqual(['cancel order-3 customer asked', 'cancel order-4 undefined']);
  });

  it('lists: dates become milliseconds, inputs become paths', async () => {
    await client.list({
      status: ['failed', 'cancelled'],
      startedAfter: new Date(1000),
      startedBefore: 2000,
      input: { 'order.sku': 'widget' },
      limit: 10,
      pageToken: 'next',
    });
    expect(booted.engine.filter).toEqual({
      status: ['failed', 'cancelled'],
      startedAfter: 1000,
      startedBefore: 2000,
      input: [{ path: 'order.sku', value: 'widget' }],
      limit: 10,
      pageToken: 'next',
    });
    await expect(client.list({ startedAfter: new Date('never') })).rejects.toThrow('startedAfter is not a valid time');
  });

  it('says so when a class is not registered', async () => {
    await expect(client.start(NotProvided)).rejects.toThrow(WorkflowNotRegisteredError);
    await expect(client.start(NotProvided)).rejects.toThrow(
      'Workflow "NotProvided" is not registered (registered are Nightly, order_workflow)',
    );
    await expect(client.start(NotAWorkflow)).rejects.toThrow('Workflow "NotAWorkflow" is not registered');
  });

  it('starts with the class alone in a process that does not work', async () => {
    const { app, engine } = await boot({}, { worker: false });
    await app.get(WorkflowClient).start(NotProvided, undefined, { instanceId: 'n-1' });
    expect(engine.requests).toMatchObject([{ workflowName: 'NotProvided', instanceId: 'n-1' }]);
    expect(engine.options.registry.workflow('NotProvided')?.sourceHash).toHaveLength(64);
    await app.close();
  });

  it('cannot be used in the code of a workflow', async () => {
    const scope: WorkflowScope = { kind: 'workflow', instanceId: 'i-9', callActivity: async () => undefined };
    const uses: (() => Promise<unknown>)[] = [
      () => client.start(Nightly),
      () => client.execute(Nightly),
      () => client.get('x'),
      () => client.list(),
      () => client.cancel('x'),
      () => client.handle('x').result(),
    ];
    for (const use of uses) await expect(runInScope(scope, use)).rejects.toThrow(ClientInWorkflowError);
    expect(booted.engine.requests).toEqual([]);
  });

  it('cannot be used before the bootstrap', async () => {
    const { Test } = await import('@nestjs/testing');
    const { RomancyModule } = await import('@romancy/nestjs');
    const app = await Test.createTestingModule({
      imports: [RomancyModule.forRoot({ database: 'x.db' })],
      providers: [Nightly],
    }).compile();
    await expect(app.get(WorkflowClient).start(Nightly)).rejects.toThrow(EngineStateError);
  });

  it('refuses to wait inside a transaction for what begins after its commit', async () => {
    const inTransaction = activityScope({ transaction: {} as ActivityTransaction });
    await expect(runInScope(inTransaction, () => client.execute(Nightly))).rejects.toThrow(WaitInTransactionError);
    await expect(client.withManager({} as never).execute(Nightly)).rejects.toThrow(WaitInTransactionError);
    await expect(runInScope(activityScope(), () => client.execute(Nightly))).resolves.toBe(7);
  });

  it('has types that follow from the class', () => {
    const calls = async (): Promise<unknown> => {
      const handle: WorkflowHandle<{ receipt: string }, OrderInput> = await client.start(OrderWorkflow, {
        orderId: '1',
      });
      const receipt: string = (await handle.result()).receipt;
      const count: number = await client.execute(Nightly);
      const orderId: string = (await client.handle(OrderWorkflow, receipt).get()).input.orderId;
      // @ts-expect-error the input is missing
      await client.start(OrderWorkflow);
      // @ts-expect-error the input has another type
      await client.start(OrderWorkflow, { orderId: count });
      // @ts-expect-error the input has one property too many
      await client.start(OrderWorkflow, { orderId, amount: 1 });
      // @ts-expect-error the result is an object
      const text: string = await client.execute(OrderWorkflow, { orderId });
      // @ts-expect-error workflows are named by their class
      await client.start('order_workflow', { orderId: text });
      // @ts-expect-error a class without run
      await client.start(class Empty {});
      // @ts-expect-error no such policy
      await client.start(OrderWorkflow, { orderId }, { onConflict: 'replace' });
      // @ts-expect-error no such status
      await client.list({ status: 'done' });
      // @ts-expect-error not a duration
      await handle.result({ timeout: 'ten seconds' });
      // @ts-expect-error without the class nothing is known of the result
      const unknownResult: string = await client.handle('x').result();
      return unknownResult;
    };
    expect(calls).toBeInstanceOf(Function);
  });
});
