import { DeterministicRandom } from './deterministic-random.js';

const draw = (seed: string, count: number): number[] => {
  const random = new DeterministicRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

// Computed by another implementation of xoshiro128** over SHA-256('order-1').
const GOLDEN_NUMBERS = [0.4932680804415218, 0.6118277937032571, 0.6231054708887678];
const GOLDEN_UUIDS = ['7e46d121-a833-4c6f-9ca0-bf0cbd445a6a', '9f83d713-6d0a-43dc-a836-c94a9cdac50e'];

describe('DeterministicRandom', () => {
  it('gives the same sequence for the same seed, another one for another', () => {
    expect(draw('order-1', 50)).toEqual(draw('order-1', 50));
    expect(draw('order-1', 50)).not.toEqual(draw('order-2', 50));
  });

  // Recorded instances replay with these values: they must never change.
  it('keeps the sequence of every release', () => {
    expect(draw('order-1', 3)).toEqual(GOLDEN_NUMBERS);
    const random = new DeterministicRandom('order-1');
    expect([random.uuid(), random.uuid()]).toEqual(GOLDEN_UUIDS);
  });

  it('spreads numbers evenly over [0, 1)', () => {
    const numbers = draw('spread', 20_000);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const buckets = Array.from({ length: 10 }, () => 0);
    for (const number of numbers) buckets[Math.floor(number * 10)]! += 1;
    for (const bucket of buckets) expect(Math.abs(bucket - 2000)).toBeLessThan(200);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('makes distinct UUIDs of version 4 in form, also across instances', () => {
    const uuids = Array.from({ length: 100 }, (_, instance) => {
      const random = new DeterministicRandom(`instance-${String(instance)}`);
      return Array.from({ length: 100 }, () => random.uuid());
    }).flat();
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(10_000);
  });

  it('runs numbers and UUIDs from one stream', () => {
    const random = new DeterministicRandom('mixed');
    const again = new DeterministicRandom('mixed');
    random.next();
    random.uuid();
    again.next();
    again.uuid();
    expect(random.next()).toBe(again.next());
  });

  it('works for an empty seed', () => {
    expect(new Set(draw('', 100)).size).toBe(100);
  });
});
