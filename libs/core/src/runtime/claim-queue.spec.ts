import { ClaimQueue } from './claim-queue.js';
import { withResolvers } from './with-resolvers.js';

describe('ClaimQueue', () => {
  const flights: { ids: readonly string[]; until: Promise<unknown> | undefined; land: () => void }[] = [];
  let landed = 0;
  let again: string[] = [];
  let queue: ClaimQueue;
  beforeEach(() => {
    flights.length = 0;
    landed = 0;
    again = [];
    queue = new ClaimQueue(
      3,
      (ids, until) => {
        const { promise, resolve } = withResolvers<undefined>();
        flights.push({
          ids,
          until,
          land: () => {
            resolve(undefined);
          },
        });
        return promise;
      },
      (ids) => {
        landed += 1;
        again.push(...ids);
      },
    );
  });
  const turn = () => new Promise(setImmediate);

  it('sends the first at once and alone, and what comes meanwhile together', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) expect(queue.add(id)).toBe(true);
    expect(queue.add('h')).toBe(false);
    expect(flights.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c'], ['d']]);
    flights[1]!.land();
    await turn();
    expect(flights[4]!.ids).toEqual(['e', 'f', 'g']);
    expect(queue.add('b')).toBe(true);
    for (const { land } of flights) land();
    await turn();
    expect(flights[5]!.ids).toEqual(['h', 'b']);
    expect(queue.idle).toBe(false);
    flights[5]!.land();
    await turn();
    expect(queue.idle).toBe(true);
    expect(landed).toBe(6);
  });

  it('does not ask twice for one whose claim is under way, and says afterwards that it was asked for', async () => {
    queue.add('a');
    expect(queue.add('a')).toBe(false);
    expect(queue.add('b')).toBe(true);
    expect(flights.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
    for (const { land } of flights) land();
    await turn();
    expect({ again, landed, idle: queue.idle }).toEqual({ again: ['a'], landed: 2, idle: true });
    queue.add('a');
    flights[2]!.land();
    await turn();
    expect(again).toEqual(['a']);
  });

  it('takes early what nobody has asked for yet, and hands on what it is to wait for', async () => {
    const stored = Promise.resolve();
    queue.add('a');
    expect(queue.addEarly(['a', 'b', 'c'], stored)).toBe(2);
    expect(flights.map(({ ids, until }) => [ids, until])).toEqual([
      [['a'], undefined],
      [['b', 'c'], stored],
    ]);
    expect(queue.add('b')).toBe(false);
    for (const { land } of flights) land();
    await turn();
    expect(again).toEqual(['b']);
  });

  it('takes a few early, which do not stand in the way of the others', () => {
    const stored = Promise.resolve();
    for (const id of ['a', 'b', 'c', 'd']) expect(queue.addEarly([id], stored)).toBe(1);
    expect(queue.addEarly(['e'], stored)).toBe(0);
    expect(queue.add('e')).toBe(true);
    expect(flights.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
    expect(queue.has('e')).toBe(true);
  });
});
