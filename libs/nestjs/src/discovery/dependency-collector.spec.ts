import { Inject, Injectable, Module, Optional, Scope } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Workflow } from '../decorators/workflow.decorator.js';
import { collectDependencies } from './dependency-collector.js';

const RATE = Symbol('RATE');

@Injectable()
class Payments {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {}

@Workflow()
class Order {
  static built = 0;
  @Inject(Payments) readonly injected!: Payments;
  count = 0;

  constructor(
    readonly payments: Payments,
    @Inject(RATE) readonly rate: number,
    @Optional() @Inject('MISSING') readonly missing?: string,
  ) {
    Order.built += 1;
  }

  async run(): Promise<void> {}
}

class Inherited extends Order {}

abstract class Base {
  constructor(
    readonly payments: Payments,
    @Optional() readonly rate: number,
  ) {}
}

@Workflow()
class OwnConstructor extends Base {
  constructor(
    readonly first: Payments,
    readonly second: Payments,
  ) {
    super(first, 7);
  }

  async run(): Promise<void> {}
}

@Workflow()
class NeedsRequest {
  constructor(readonly perRequest: PerRequest) {}
  async run(): Promise<void> {}
}

@Workflow()
class NeedsNothing {
  state = 0;
  async run(): Promise<void> {}
}

@Module({ providers: [Payments, PerRequest, { provide: RATE, useValue: 3 }] })
class Host {}

async function moduleRef(): Promise<ModuleRef> {
  const app = await Test.createTestingModule({ imports: [Host] }).compile();
  return app.select(Host).get(ModuleRef, { strict: true });
}

describe('collectDependencies', () => {
  it('builds a fresh object each time, with the same dependencies, without building one to find them', async () => {
    Order.built = 0;
    const ref = await moduleRef();
    const create = await collectDependencies(Order, ref);
    expect(Order.built).toBe(0);
    const [first, second] = [create() as Order, create() as Order];
    first.count += 1;
    expect(second.count).toBe(0);
    expect(first).toBeInstanceOf(Order);
    expect(first.payments).toBe(ref.get(Payments));
    expect(second.payments).toBe(first.payments);
  });

  it('honours tokens, optional parameters and injected properties', async () => {
    const order = (await collectDependencies(Order, await moduleRef()))() as Order;
    expect(order.rate).toBe(3);
    expect(order.missing).toBeUndefined();
    expect(order.injected).toBe(order.payments);
  });

  it('follows the prototype chain where the constructor is inherited, and stops where it is not', async () => {
    const ref = await moduleRef();
    const inherited = (await collectDependencies(Inherited, ref))() as Inherited;
    expect(inherited).toBeInstanceOf(Inherited);
    expect([inherited.rate, inherited.payments]).toEqual([3, ref.get(Payments)]);
    const own = (await collectDependencies(OwnConstructor, ref))() as OwnConstructor;
    expect([own.rate, own.second]).toEqual([7, ref.get(Payments)]);
  });

  it('needs no constructor', async () => {
    expect((await collectDependencies(NeedsNothing, await moduleRef()))()).toBeInstanceOf(NeedsNothing);
  });

  it('refuses what is request-scoped', async () => {
    await expect(collectDependencies(NeedsRequest, await moduleRef())).rejects.toThrow(/NeedsRequest/);
  });
});
