import { Controller, Injectable, Module, Scope, type ModuleMetadata } from '@nestjs/common';
import { RomancyModule, StartupError, type Mistake, type RomancyModuleOptions } from '@romancy/nestjs';
import { boot, bootOn } from '../../test/boot.js';
import { Activity } from '../decorators/activity.decorator.js';
import { CompensationFor } from '../decorators/compensation-for.decorator.js';
import { Workflow } from '../decorators/workflow.decorator.js';

@Injectable()
class Payments {
  @Activity()
  async charge(): Promise<number> {
    return 1;
  }
}

@Workflow({ name: 'order' })
class Order {
  async run(): Promise<void> {}
}

async function mistakesOf(booting: Promise<unknown>): Promise<readonly Mistake[]> {
  const error = await booting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartupError)) throw error instanceof Error ? error : new Error('it started');
  return error.mistakes;
}

function refused(metadata: ModuleMetadata): Promise<readonly Mistake[]> {
  return mistakesOf(boot(metadata));
}

/** Writes a decorator's metadata where the compiler would not let it stand. */
const anyway = (decorator: unknown) => decorator as (target: object, ...rest: unknown[]) => void;

describe('start-up', () => {
  it('reports everything that is wrong, together, with class, method and cure', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @Activity()
      async perRequest(): Promise<void> {}
    }
    @Injectable()
    class MorePayments {
      @Activity()
      async charge(): Promise<void> {}
    }
    @Workflow({ name: 'order' })
    class OtherOrder {
      async run(): Promise<void> {}
    }
    const booting = boot({ providers: [Payments, MorePayments, PerRequest, Order, OtherOrder] });
    await expect(booting).rejects.toMatchObject({ code: 'ROMANCY_STARTUP' });
    await expect(booting).rejects.toThrow(
      [
        'Romancy found 3 mistakes in the application:',
        '  - OtherOrder: workflow name "order" is taken by Order. Give one of them another name: @Workflow({ name: \'…\' }).',
        '  - MorePayments.charge: activity name "charge" is taken by Payments.charge. Give one of them another name: @Activity({ name: \'…\' }).',
        '  - PerRequest: is request-scoped, itself or through a dependency, but a workflow outlives every request. ' +
          'Give it and what it injects the default scope, and pass what belongs to a request as input.',
      ].join('\n'),
    );
  });

  it('refuses a time of the retention that is none', async () => {
    const instanceRetention = { workflows: { order: { completed: '30 days' as never } }, interval: 'often' as never };
    const found = await mistakesOf(boot({ providers: [Payments, Order] }, { instanceRetention }));
    expect(found.map(({ where, problem }) => [where, problem.split(':')[0]])).toEqual([
      ['RomancyModule', 'option instanceRetention is refused'],
      ['RomancyModule option instanceRetention', 'option interval is refused'],
    ]);
  });

  it('refuses transient providers and controllers', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @Activity()
      async transient(): Promise<void> {}
    }
    @Controller()
    class Controlled {
      @Activity()
      async controlled(): Promise<void> {}
    }
    const found = await refused({ providers: [Transient], controllers: [Controlled] });
    expect(found.map(({ where, problem }) => [where, problem.split(/[,;]/)[0]])).toEqual([
      ['Transient', 'is transient'],
      ['Controlled', 'is a controller'],
    ]);
  });

  it('refuses one class in two modules', async () => {
    @Module({ providers: [Payments, Order] })
    class First {}
    @Module({ providers: [Payments, Order] })
    class Second {}
    const found = await refused({ imports: [First, Second] });
    expect(found.map(({ where, problem }) => `${where} ${problem}`)).toEqual([
      'Order is provided more than once (in First, Second), so there are several objects under one name',
      'Payments is provided more than once (in First, Second), so there are several objects under one name',
    ]);
  });

  it('refuses classes without the method that the decorator promises', async () => {
    class NoRun {}
    anyway(Workflow())(NoRun);
    class NoExecute {}
    anyway(Activity())(NoExecute);
    const found = await refused({ providers: [NoRun, NoExecute] });
    expect(found.map(({ where, problem }) => `${where} ${problem}`)).toEqual([
      'NoRun is marked @Workflow() but has no method run(input, ctx)',
      'NoExecute is marked @Activity() but has no method execute(input)',
    ]);
  });

  it('refuses compensations that fit no activity, or one that has another', async () => {
    class Base {
      @Activity()
      async charge(): Promise<void> {}

      @CompensationFor('charge')
      async refund(): Promise<void> {}

      @CompensationFor('charge')
      async refundAgain(): Promise<void> {}

      async plain(): Promise<void> {}
    }
    class Extended extends Base {
      @CompensationFor('plain')
      async undoPlain(): Promise<void> {}
    }
    const found = await refused({ providers: [Extended] });
    expect(found.map(({ where, problem }) => `${where} ${problem}`)).toEqual([
      'Extended.undoPlain compensates "plain", which is no activity of the same class',
      'Extended.refundAgain compensates "charge", which "refund" compensates already',
    ]);
    expect(found[0]?.cure).toBe('Name one of charge, or mark that method @Activity()');
  });

  it('refuses decorators that contradict each other', async () => {
    @Injectable()
    class Confused {
      @Activity()
      @Activity({ name: 'again' })
      async twice(): Promise<void> {}

      @Activity()
      @CompensationFor('twice')
      async both(): Promise<void> {}

      @Activity({ name: 'static_one' })
      static async onTheClass(): Promise<void> {}
    }
    const found = await refused({ providers: [Confused] });
    expect(found.map(({ where, problem }) => `${where} ${problem.split(/[,;]/)[0] ?? ''}`)).toEqual([
      'Confused.onTheClass is static',
      'Confused.twice carries @Activity() twice',
      'Confused.both is both an activity and a compensation',
    ]);
  });

  it('refuses activities on the workflow class itself', async () => {
    @Workflow()
    class Mixed {
      async run(): Promise<void> {}

      @Activity()
      async step(): Promise<void> {}
    }
    const found = await refused({ providers: [Mixed] });
    expect(found.map(({ where, problem }) => `${where} ${problem.split(';')[0] ?? ''}`)).toEqual([
      'Mixed.step is an activity on a workflow class',
    ]);
  });

  it('refuses options that the engine could not use', async () => {
    @Injectable()
    class Odd {
      @Activity({ timeout: 'soon' as never, retry: { maxAttempts: 0 } })
      async wait(): Promise<void> {}
    }
    const found = await refused({ providers: [Odd] });
    expect(found.map(({ where }) => where)).toEqual(['Odd.wait', 'Odd.wait']);
    expect(found.map(({ problem }) => problem.split(':')[0])).toEqual([
      'option retry is refused',
      'option timeout is refused',
    ]);
  });

  it('refuses a fake that cannot be made durable', async () => {
    const frozen = Object.freeze({ charge: async () => 1 });
    const booting = boot({ providers: [Payments] }, {}, (builder) =>
      builder.overrideProvider(Payments).useValue(frozen),
    );
    const found = await mistakesOf(booting);
    expect(found.map(({ where, problem }) => [where, problem.split(',')[0]])).toEqual([
      ['Payments.charge', 'cannot be made durable'],
    ]);
  });

  it.each<[string, RomancyModuleOptions[], string]>([
    ['no database', [{ database: '' }], 'has no database'],
    ['two', [{ database: 'a.db', dataSource: 'default' } as never], 'has both `database` and `dataSource`'],
    ['an unknown DataSource', [{ dataSource: 'orders' }], 'names "orders", but no provider'],
    ['an unreadable URL', [{ database: 'redis://localhost' }], 'kind "redis:" is not supported'],
    ['memory without a worker', [{ database: ':memory:', worker: false }], 'is in memory, where no other process'],
    ['the module twice', [{ database: 'a.db' }, { database: 'b.db' }], 'is configured 2 times'],
  ])('refuses %s', async (_case, options, problem) => {
    const found = await mistakesOf(
      bootOn({ imports: options.map((item) => RomancyModule.forRoot(item)), providers: [Order] }),
    );
    expect(found[0]?.problem).toContain(problem);
  });
});
