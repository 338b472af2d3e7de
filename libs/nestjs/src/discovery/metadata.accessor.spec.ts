import { Activity } from '../decorators/activity.decorator.js';
import { CompensationFor } from '../decorators/compensation-for.decorator.js';
import { Workflow } from '../decorators/workflow.decorator.js';
import { MetadataAccessor } from './metadata.accessor.js';

abstract class Base {
  @Activity({ timeout: '5s' })
  async charge(): Promise<number> {
    return 1;
  }

  @Activity()
  async capture(): Promise<void> {}

  @CompensationFor('charge', { inDoubt: true, timeout: '1m' })
  async refund(): Promise<void> {}
}

class Derived extends Base {
  @Activity({ name: 'charge_card' })
  override async charge(): Promise<number> {
    return 2;
  }
}

@Workflow()
class Order {
  async run(): Promise<void> {}
}

class UnmarkedOrder extends Order {}

describe('MetadataAccessor', () => {
  const accessor = new MetadataAccessor();

  it('reads a workflow from the marked class only, named as written unless told otherwise', () => {
    expect(accessor.workflow(Order)).toEqual({ name: 'Order', startOn: [] });
    expect(accessor.workflow(UnmarkedOrder)).toBeUndefined();
  });

  it('reads activities of bases too, and the most derived entry of a method', () => {
    expect(accessor.activities(Derived)).toEqual([
      { name: 'charge_card', method: 'charge', options: {}, isStatic: false, isClass: false },
      { name: 'capture', method: 'capture', options: {}, isStatic: false, isClass: false },
    ]);
    expect(accessor.activities(Base).map(({ name }) => name)).toEqual(['charge', 'capture']);
  });

  it('separates the settings of the decorator from the options of the activity', () => {
    expect(accessor.activities(Base)[0]?.options).toEqual({ timeout: '5s' });
    expect(accessor.compensations(Derived)).toEqual([
      {
        name: undefined,
        method: 'refund',
        activityMethod: 'charge',
        inDoubt: true,
        isStatic: false,
        options: { timeout: '1m' },
      },
    ]);
  });

  it('finds nothing on an ordinary class', () => {
    class Plain {}
    expect(accessor.workflow(Plain)).toBeUndefined();
    expect(accessor.activities(Plain)).toEqual([]);
    expect(accessor.compensations(Plain)).toEqual([]);
  });
});
