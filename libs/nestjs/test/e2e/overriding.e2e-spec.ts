import { jest } from '@jest/globals';
import { Inject, Injectable, Module, Optional } from '@nestjs/common';
import { Activity, CompensationFor, Workflow, WorkflowClient, type Compensated } from '@romancy/nestjs';
import { boot } from '../boot.js';

@Injectable()
class Payments {
  @Activity()
  async charge(amount: number): Promise<{ chargeId: string }> {
    return { chargeId: `real-${String(amount)}` };
  }

  @CompensationFor('charge')
  async refund(_call: Compensated<Payments['charge']>): Promise<string> {
    return 'refunded';
  }
}

@Activity({ name: 'ship' })
class ShipOrder {
  async execute(orderId: string): Promise<string> {
    return `shipped ${orderId}`;
  }
}

@Workflow()
class Order {
  runs = 0;
  @Inject(ShipOrder) private readonly shipping!: ShipOrder;

  constructor(
    private readonly payments: Payments,
    @Optional() @Inject('PREFIX') private readonly prefix = 'order',
  ) {}

  async run(orderId: string): Promise<string> {
    this.runs += 1;
    const { chargeId } = await this.payments.charge(5);
    return `${this.prefix} ${String(this.runs)} ${chargeId} ${await this.shipping.execute(orderId)}`;
  }
}

const providers = [Order, Payments, ShipOrder];

describe('activities and workflows in the container', () => {
  it('are durable as provided, and every run has an object of its own', async () => {
    const { app, engine } = await boot({ providers });
    const client = app.get(WorkflowClient);
    await expect(client.execute(Order, 'a')).resolves.toBe('order 1 real-5 shipped a');
    await expect(client.execute(Order, 'b')).resolves.toBe('order 1 real-5 shipped b');
    expect(engine.steps).toEqual(['charge', 'ship', 'charge', 'ship']);
    await app.close();
  });

  it('need not import the module where they are: it is global', async () => {
    @Module({
      providers: [
        ...providers,
        { provide: 'RUN', useFactory: (client: WorkflowClient) => client, inject: [WorkflowClient] },
      ],
    })
    class Feature {}
    const { app } = await boot({ imports: [Feature] });
    await expect(app.get<WorkflowClient>('RUN').execute(Order, 'a')).resolves.toBe('order 1 real-5 shipped a');
    await app.close();
  });

  it('register compensations with their activity, and as activities that a workflow may call', async () => {
    const { app, engine } = await boot({ providers });
    const { registry } = engine.options;
    const compensation = registry.activity('charge')?.compensation;
    expect(compensation).toMatchObject({ name: 'refund', inDoubt: false });
    const call = { args: [5], result: { chargeId: 'c' }, inDoubt: false, idempotencyKey: 'k' };
    await expect(compensation?.invoke(call)).resolves.toBe('refunded');
    expect(registry.activities().map(({ name }) => name)).toEqual(['refund', 'charge', 'ship']);
    await app.close();
  });

  it('may be replaced by a plain object or a mock, which is then durable', async () => {
    const charge = jest.fn(async (_amount: number) => ({ chargeId: 'fake' }));
    const fake = { charge };
    const { app, engine } = await boot({ providers }, {}, (builder) =>
      builder.overrideProvider(Payments).useValue(fake),
    );
    await expect(app.get(WorkflowClient).execute(Order, 'a')).resolves.toBe('order 1 fake shipped a');
    expect(engine.steps).toEqual(['charge', 'ship']);
    expect(fake.charge).toHaveBeenCalledTimes(1);
    const { compensation } = engine.options.registry.activity('charge')!;
    expect(() => compensation?.invoke({ args: [], result: null, inDoubt: false, idempotencyKey: 'k' })).toThrow(
      'The object provided for Payments has no method "refund"',
    );
    await app.close();
  });

  it('may be replaced by a class or a factory', async () => {
    class FakePayments {
      async charge(): Promise<{ chargeId: string }> {
        return { chargeId: 'class' };
      }
    }
    const byClass = await boot({ providers }, {}, (builder) =>
      builder.overrideProvider(Payments).useClass(FakePayments),
    );
    await expect(byClass.app.get(WorkflowClient).execute(Order, 'a')).resolves.toContain('1 class');
    expect(byClass.engine.steps).toEqual(['charge', 'ship']);
    const factory = { factory: () => new FakePayments() };
    const byFactory = await boot({ providers }, {}, (builder) =>
      builder.overrideProvider(Payments).useFactory(factory),
    );
    await expect(byFactory.app.get(WorkflowClient).execute(Order, 'a')).resolves.toContain('1 class');
    expect(byFactory.engine.steps).toEqual(['charge', 'ship']);
    await Promise.all([byClass.app.close(), byFactory.app.close()]);
  });

  it('may be mocked automatically', async () => {
    const { app, engine } = await boot({ providers: [Order] }, {}, (builder) =>
      builder.useMocker((token) => {
        if (token === Payments) return { charge: async () => ({ chargeId: 'mocked' }) };
        if (token === ShipOrder) return { execute: async () => 'mock shipped' };
        return undefined;
      }),
    );
    await expect(app.get(WorkflowClient).execute(Order, 'a')).resolves.toBe('order 1 mocked mock shipped');
    expect(engine.steps).toEqual(['charge', 'ship']);
    await app.close();
  });

  it('let a workflow be replaced too', async () => {
    @Injectable()
    class FakeOrder {
      constructor(private readonly payments: Payments) {}
      async run(): Promise<string> {
        return (await this.payments.charge(1)).chargeId;
      }
    }
    const byClass = await boot({ providers }, {}, (builder) => builder.overrideProvider(Order).useClass(FakeOrder));
    await expect(byClass.app.get(WorkflowClient).execute(Order, 'a')).resolves.toBe('real-1');
    const value = { run: async () => 'value' };
    const byValue = await boot({ providers }, {}, (builder) => builder.overrideProvider(Order).useValue(value));
    await expect(byValue.app.get(WorkflowClient).execute(Order, 'a')).resolves.toBe('value');
    await Promise.all([byClass.app.close(), byValue.app.close()]);
  });

  it('are durable below and above other decorators that replace the method', async () => {
    const spans: string[] = [];
    const traced =
      () =>
      (_target: object, key: string, descriptor: PropertyDescriptor): void => {
        const original = descriptor.value as (...args: unknown[]) => unknown;
        descriptor.value = function (this: unknown, ...args: unknown[]) {
          spans.push(key);
          return original.apply(this, args);
        };
      };
    @Injectable()
    class Traced {
      @traced()
      @Activity()
      async above(): Promise<string> {
        return 'a';
      }
      @Activity()
      @traced()
      async below(): Promise<string> {
        return 'b';
      }
    }
    @Workflow()
    class UsesTraced {
      constructor(private readonly steps: Traced) {}
      async run(): Promise<string> {
        return (await this.steps.above()) + (await this.steps.below());
      }
    }
    const { app, engine } = await boot({ providers: [Traced, UsesTraced] });
    await expect(app.get(WorkflowClient).execute(UsesTraced)).resolves.toBe('ab');
    expect(engine.steps).toEqual(['above', 'below']);
    expect(spans).toEqual(['above', 'below']);
    await app.close();
  });
});
