import { ClaimQueue } from './claim-queue.js';
import { withResolvers } from './with-resolvers.js';

describe('ClaimQueue', () => {
  const flights: { ids: readonly string[]; land: () => void }[] = [];
  let landed = 0;
  let queue: ClaimQueue;
  beforeEach(() => {
    flights.length = 0;
    landed = 0;
    queue = new ClaimQueue(
      3,
      (ids) => {
        const { promise, resolve } = withResolvers<undefined>();
        flights.push({
          ids,
          land: () => {
            resolve(undefined);
          },
        });
        return promise;
      },
      () => (landed += 1),
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
    expect(queue.add('a')).toBe(true);
    for (const { land } of flights) land();
    await turn();
    expect(flights[5]!.ids).toEqual(['h', 'a']);
    expect(queue.idle).toBe(false);
    flights[5]!.land();
    await turn();
    expect(queue.idle).toBe(true);
    expect(landed).toBe(6);
  });
});
