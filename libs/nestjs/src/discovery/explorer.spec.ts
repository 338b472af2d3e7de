import { Controller, Injectable, Module, Scope, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Activity } from '../decorators/activity.decorator.js';
import { CompensationFor } from '../decorators/compensation-for.decorator.js';
import { Workflow } from '../decorators/workflow.decorator.js';
import { Explorer } from './explorer.js';
import type { Discovered } from './found.js';
import { MetadataAccessor } from './metadata.accessor.js';

@Injectable()
class Payments {
  @Activity()
  async charge(): Promise<number> {
    return 1;
  }

  @CompensationFor('charge')
  async refund(): Promise<void> {}
}

@Workflow()
class Order {
  async run(): Promise<void> {}
}

class FakePayments {
  async charge(): Promise<number> {
    return 2;
  }
}

type Configure = (builder: TestingModuleBuilder) => TestingModuleBuilder;

async function explore(metadata: ModuleMetadata, configure: Configure = (builder) => builder): Promise<Discovered> {
  const { imports = [], providers = [] } = metadata;
  const builder = Test.createTestingModule({
    ...metadata,
    imports: [DiscoveryModule, ...imports],
    providers: [Explorer, MetadataAccessor, ...providers],
  });
  return (await configure(builder).compile()).get(Explorer).explore();
}

describe('Explorer', () => {
  it('finds what is marked, in whatever module it is provided', async () => {
    @Module({ providers: [Payments] })
    class PaymentModule {}
    const found = await explore({
      imports: [PaymentModule],
      providers: [Order, { provide: 'PLAIN', useValue: 'text' }],
    });
    expect(found.workflows.map(({ metadata, provider }) => [metadata.name, provider.type])).toEqual([['Order', Order]]);
    expect(found.activities).toHaveLength(1);
    const [payments] = found.activities;
    expect(payments?.activities.map(({ name }) => name)).toEqual(['charge']);
    expect(payments?.compensations.map(({ method }) => method)).toEqual(['refund']);
    expect(payments?.provider).toMatchObject({
      className: 'Payments',
      moduleName: 'PaymentModule',
      place: 'provider',
      scope: 'default',
    });
    expect(payments?.provider.instance).toBeInstanceOf(Payments);
  });

  it('knows an overridden provider by its token', async () => {
    const value = new FakePayments();
    const asValue = await explore({ providers: [Payments] }, (builder) =>
      builder.overrideProvider(Payments).useValue(value),
    );
    expect(asValue.activities[0]?.activities.map(({ name }) => name)).toEqual(['charge']);
    expect(asValue.activities[0]?.provider).toMatchObject({ className: 'Payments', type: undefined, instance: value });
    const asClass = await explore({ providers: [Payments] }, (builder) =>
      builder.overrideProvider(Payments).useClass(FakePayments),
    );
    expect(asClass.activities[0]?.provider).toMatchObject({ className: 'Payments', type: FakePayments });
    const asPlainObject = await explore({ providers: [Payments] }, (builder) =>
      builder.overrideProvider(Payments).useValue({ charge: async () => 3 }),
    );
    expect(asPlainObject.activities).toHaveLength(1);
  });

  it('finds a class behind another token, and does not take a second name for a second provider', async () => {
    const found = await explore({
      providers: [
        { provide: 'ALIAS', useExisting: 'PAYMENTS' },
        { provide: 'ORDER', useExisting: Order },
        { provide: 'FACTORY', useFactory: (payments: Payments) => payments, inject: ['PAYMENTS'] },
        { provide: 'PAYMENTS', useClass: Payments },
        Order,
      ],
    });
    expect(found.activities.map(({ provider }) => [provider.className, provider.type])).toEqual([
      ['Payments', Payments],
    ]);
    expect(found.workflows.map(({ provider }) => provider.type)).toEqual([Order]);
  });

  it('knows what stands behind a marked class by an alias', async () => {
    const found = await explore({ providers: [{ provide: Payments, useExisting: FakePayments }, FakePayments] });
    expect(found.activities[0]?.provider).toMatchObject({ className: 'Payments', type: undefined });
    expect(found.activities[0]?.provider.instance).toBeInstanceOf(FakePayments);
  });

  it('reports by the class that is marked', async () => {
    abstract class PaymentPort {}
    const found = await explore({ providers: [{ provide: PaymentPort, useClass: Payments }] });
    expect(found.activities[0]?.provider.className).toBe('Payments');
  });

  it('judges a value by its prototype: a proxy or an automatic mock may answer anything for `constructor`', async () => {
    const proxy = new Proxy({}, { get: (_target, key) => (key === 'constructor' ? Payments : undefined) });
    const found = await explore({ providers: [{ provide: 'PROXY', useFactory: () => proxy }] });
    expect(found).toMatchObject({ workflows: [], activities: [] });
  });

  it('tells scopes and controllers apart', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Requested extends Payments {}
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient extends Payments {}
    @Injectable()
    class DependsOnRequest extends Payments {
      constructor(readonly requested: Requested) {
        super();
      }
    }
    @Controller()
    class Controlled extends Payments {}
    const found = await explore({ providers: [Requested, Transient, DependsOnRequest], controllers: [Controlled] });
    expect(found.activities.map(({ provider }) => [provider.className, provider.scope, provider.place])).toEqual([
      ['Requested', 'request', 'provider'],
      ['Transient', 'transient', 'provider'],
      ['DependsOnRequest', 'request', 'provider'],
      ['Controlled', 'default', 'controller'],
    ]);
    expect(found.activities[0]?.provider.instance).toBeUndefined();
  });
});
