import { jest } from '@jest/globals';
import { SetMetadata } from '@nestjs/common';
import { activityNameOf, runInScope, type WorkflowScope } from '@romancy/core';
import { Activity } from '../decorators/activity.decorator.js';
import { ensureDurable } from './durable-instance.js';

class Payments {
  @Activity()
  async charge(amount: number): Promise<number> {
    return amount;
  }
}

class Fake extends Payments {
  @SetMetadata('kind', 'fake')
  override async charge(amount: number): Promise<number> {
    return -amount;
  }
}

const scope: WorkflowScope = { kind: 'workflow', instanceId: 'i-1', callActivity: async (name) => `recorded ${name}` };

describe('ensureDurable', () => {
  it('leaves a decorated method alone', () => {
    const payments = new Payments();
    expect(ensureDurable(payments, 'charge', 'charge')).toBe(payments.charge);
    expect(Object.keys(payments)).toEqual([]);
  });

  it('wraps on the object what the decorator did not, and answers the plain method', async () => {
    const fake = new Fake();
    const plain = ensureDurable(fake, 'charge', 'charge');
    expect(plain).toBe(Fake.prototype.charge);
    expect(activityNameOf(fake.charge)).toBe('charge');
    expect(activityNameOf(Fake.prototype.charge)).toBeUndefined();
    await expect(fake.charge(5)).resolves.toBe(-5);
    await expect(runInScope(scope, () => fake.charge(5))).resolves.toBe('recorded charge');
    expect(Reflect.getMetadata('kind', fake.charge)).toBe('fake');
  });

  it('does it once, whoever asks again', () => {
    const fake = new Fake();
    ensureDurable(fake, 'charge', 'charge');
    const wrapped = fake.charge;
    ensureDurable(fake, 'charge', 'charge');
    expect(fake.charge).toBe(wrapped);
  });

  it('keeps a mock a mock', async () => {
    const fake = { charge: jest.fn<(amount: number) => Promise<number>>().mockResolvedValue(7) };
    ensureDurable(fake, 'charge', 'charge');
    await expect(fake.charge(1)).resolves.toBe(7);
    expect(fake.charge).toHaveBeenCalledWith(1);
    fake.charge.mockResolvedValueOnce(8);
    await expect(fake.charge(2)).resolves.toBe(8);
  });

  it('answers undefined for a method that is not there, and says when it cannot be replaced', () => {
    expect(ensureDurable({}, 'charge', 'charge')).toBeUndefined();
    expect(ensureDurable(Object.freeze({ charge: async () => 1 }), 'charge', 'charge')).toBe('frozen');
  });
});
