import { Engine, Registry, toOutboxRow, type CloudEventValue, type OutboxOptions } from '@romancy/core';
import { MemoryStorage, VirtualClock } from '@romancy/testing';

function event(id: string, time: number): CloudEventValue {
  return {
    id,
    source: '/shop',
    type: 'order.paid',
    subject: undefined,
    time: new Date(time).toISOString(),
    dataContentType: 'application/json',
    dataSchema: undefined,
    extensions: {},
    data: { id },
  };
}

describe('an outage of the broker', () => {
  const clock = new VirtualClock();
  const storage = new MemoryStorage({ clock });
  const attempts: number[] = [];
  const published: string[] = [];
  let reachable = true;
  let engine: Engine;
  let process: MemoryStorage;

  async function started(options: Partial<OutboxOptions> = {}): Promise<void> {
    attempts.length = published.length = 0;
    engine = new Engine({
      storage: (process = storage.connect()),
      registry: new Registry(),
      clock,
      worker: false,
      outbox: {
        publisher: {
          publish: async ({ id }) => {
            attempts.push(clock.now());
            if (!reachable) throw new Error('ECONNREFUSED');
            published.push(id);
          },
        },
        ...options,
      },
    });
    clock.whenIdle = () => storage.database.quiet();
    await engine.start();
  }

  afterEach(() => engine.stop());

  it('of an hour loses nothing and asks for little: twenty attempts, growing apart', async () => {
    await started();
    reachable = false;
    await storage.outboxEvents.insert([toOutboxRow(event('a', clock.now()))]);
    await clock.advance('1h');
    expect(published).toEqual([]);
    expect(attempts.length).toBeGreaterThan(15);
    expect(attempts.length).toBeLessThan(25);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(gaps[0]).toBeLessThan(10_000);
    expect(Math.max(...gaps)).toBeLessThan(320_000);
    reachable = true;
    await clock.advance('6m');
    expect(published).toEqual(['a']);
    expect(storage.database.relayed.get('a')).toMatchObject({ status: 'published', error: null });
  });

  it('that outlasts the event’s age ends it', async () => {
    await started({ maxAge: '2h', onGivenUp: ({ id }, status) => void published.push(`${id} ${status}`) });
    reachable = false;
    await storage.outboxEvents.insert([toOutboxRow(event('b', clock.now()))]);
    await clock.advance('119m');
    expect(storage.database.relayed.get('b')).toMatchObject({ status: 'pending', error: 'ECONNREFUSED' });
    await clock.advance('10m');
    expect(storage.database.relayed.get('b')).toMatchObject({ status: 'expired' });
    expect(published).toEqual(['b expired']);
    const before = attempts.length;
    await clock.advance('1d');
    expect(attempts).toHaveLength(before);
  });

  it('of the process: another one sends what it was sending', async () => {
    reachable = true;
    await started({ publisher: { publish: () => new Promise(() => undefined) } });
    await storage.outboxEvents.insert([toOutboxRow(event('c', clock.now()))]);
    await clock.advance('10s');
    expect(storage.database.relayed.get('c')).toMatchObject({ status: 'processing', attempts: 1 });
    // It says no more: what becomes of its attempt reaches no database.
    process.faults.crash();
    await started();
    await clock.advance('45s');
    expect(published).toEqual([]);
    await clock.advance('20s');
    expect(published).toEqual(['c']);
    expect(storage.database.relayed.get('c')).toMatchObject({ status: 'published', attempts: 2 });
  });

  it('does not hold up events that come through, and what was published goes away in time', async () => {
    reachable = true;
    const stuck = new Set(['d-0']);
    await started({
      retention: '1d',
      timeout: '1h',
      publisher: {
        publish: ({ id }) => {
          if (stuck.has(id)) return new Promise(() => undefined);
          published.push(id);
          return Promise.resolve();
        },
      },
      concurrency: 2,
    });
    await storage.outboxEvents.insert(
      Array.from({ length: 6 }, (_, number) => toOutboxRow(event(`d-${String(number)}`, clock.now()))),
    );
    await clock.advance('30s');
    expect(published).toEqual(['d-1', 'd-2', 'd-3', 'd-4', 'd-5']);
    await clock.advance('25h');
    expect([...storage.database.outbox.keys()].filter((id) => id.startsWith('d-'))).toEqual(['d-0']);
  });
});
