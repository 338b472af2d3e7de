import { SetMetadata } from '@nestjs/common';
import { activityNameOf, runInScope, type WorkflowScope } from '@romancy/core';
import { activityScope } from '../../test/fake-engine.js';
import { Activity } from './activity.decorator.js';

class Payments {
  readonly currency = 'EUR';

  @Activity({ transactional: false })
  async charge(orderId: string, amount: number): Promise<string> {
    return `${orderId}:${String(amount)}${this.currency}`;
  }

  @Activity({ name: 'book_it' })
  async book(): Promise<string> {
    return 'booked';
  }
}

@Activity()
class ShipOrder {
  async execute(orderId: string): Promise<string> {
    return `shipped ${orderId}`;
  }
}

function workflowScope(calls: unknown[]): WorkflowScope {
  return {
    kind: 'workflow',
    instanceId: 'i-1',
    callActivity: async (name, args) => {
      calls.push([name, ...args]);
      return 'recorded';
    },
  };
}

describe('@Activity()', () => {
  it('leaves the method an ordinary one outside workflows', async () => {
    await expect(new Payments().charge('o-1', 5)).resolves.toBe('o-1:5EUR');
    await expect(new ShipOrder().execute('o-1')).resolves.toBe('shipped o-1');
  });

  it('asks for a durable step inside a workflow', async () => {
    const calls: unknown[] = [];
    const result = await runInScope(workflowScope(calls), () => new Payments().charge('o-1', 5));
    expect(result).toBe('recorded');
    expect(calls).toEqual([['charge', 'o-1', 5]]);
  });

  it('names a method after itself, a class after itself, or as told', () => {
    const payments = new Payments();
    expect(activityNameOf(payments.charge)).toBe('charge');
    expect(activityNameOf(payments.book)).toBe('book_it');
    expect(activityNameOf(new ShipOrder().execute)).toBe('ShipOrder');
  });

  it('keeps name and length of the method', () => {
    expect(new Payments().charge.name).toBe('charge');
    expect(new Payments().charge).toHaveLength(2);
  });

  it('keeps the metadata of other decorators, whatever their order', () => {
    class Below {
      @Activity()
      @SetMetadata('role', 'admin')
      async run(): Promise<void> {}
    }
    class Above {
      @SetMetadata('role', 'admin')
      @Activity()
      async run(): Promise<void> {}
    }
    expect(Reflect.getMetadata('role', new Below().run)).toBe('admin');
    expect(Reflect.getMetadata('role', new Above().run)).toBe('admin');
  });

  it('gives each subclass of a common execute its own name', async () => {
    abstract class Base {
      async execute(input: string): Promise<string> {
        return `${this.constructor.name} ${input}`;
      }
    }
    @Activity()
    class First extends Base {}
    @Activity({ name: 'second' })
    class Second extends Base {}
    expect(activityNameOf(new First().execute)).toBe('First');
    expect(activityNameOf(new Second().execute)).toBe('second');
    await expect(new Second().execute('x')).resolves.toBe('Second x');
  });

  it('is a plain call inside another activity, and says so once for each pair', async () => {
    const warnings: string[] = [];
    const logger = { ...activityScope().logger, warn: (message: string) => warnings.push(message) };
    const scope = activityScope({ activityName: 'outer_of_the_pair', logger });
    const twice = async (): Promise<string[]> => [
      await new Payments().charge('o-1', 1),
      await new Payments().charge('o-2', 2),
    ];
    await expect(runInScope(scope, twice)).resolves.toEqual(['o-1:1EUR', 'o-2:2EUR']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('Activity "charge" was called inside "outer_of_the_pair"');
  });

  it('does not warn of its own body', async () => {
    const warnings: string[] = [];
    const logger = { ...activityScope().logger, warn: (message: string) => warnings.push(message) };
    await runInScope(activityScope({ activityName: 'charge', logger }), () => new Payments().charge('o-1', 1));
    expect(warnings).toEqual([]);
  });
});
