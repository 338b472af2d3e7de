import {
  Engine,
  EventRefusedError,
  Registry,
  toOutboxRow,
  type CloudEventValue,
  type WorkflowEvent,
} from '@romancy/core';
import { MemoryStorage, VirtualClock } from '@romancy/testing';

const clock = new VirtualClock();

function event(id: string): CloudEventValue {
  return {
    id,
    source: '/shop',
    type: 'order.paid',
    subject: undefined,
    time: new Date(clock.now()).toISOString(),
    dataContentType: 'application/json',
    dataSchema: undefined,
    extensions: {},
    data: { id },
  };
}

describe('the hooks of the outbox', () => {
  const storage = new MemoryStorage({ clock });
  const sent: WorkflowEvent<'outboxSent'>[] = [];
  const failed: WorkflowEvent<'outboxFailed'>[] = [];
  let engine: Engine;

  beforeEach(async () => {
    clock.whenIdle = () => storage.database.quiet();
    const tries = new Map<string, number>();
    engine = new Engine({
      storage: storage.connect(),
      registry: new Registry(),
      clock,
      worker: false,
      hooks: { onOutboxSent: (told) => void sent.push(told), onOutboxFailed: (told) => void failed.push(told) },
      outbox: {
        retry: { maxAttempts: 5, initialInterval: '2s', jitter: 0 },
        publisher: {
          publish: async ({ id }) => {
            tries.set(id, (tries.get(id) ?? 0) + 1);
            if (id === 'refused') throw new EventRefusedError('no such queue');
            if (tries.get(id) === 1) throw new Error('ECONNREFUSED');
          },
        },
      },
    });
    await engine.start();
  });

  afterEach(() => engine.stop());

  it('tell of each attempt: that another one follows, that it was sent, and that it was given up', async () => {
    const began = clock.now();
    const rows = [toOutboxRow(event('flaky'), { instanceId: 'o1' }), toOutboxRow(event('refused'))];
    await storage.outboxEvents.insert(rows);
    await clock.advance('10s');
    expect(failed).toMatchObject([
      { event: { id: 'flaky' }, instanceId: 'o1', attempt: 1, outcome: 'retry', nextDelay: 2000 },
      { event: { id: 'refused' }, instanceId: null, attempt: 1, outcome: 'invalid', nextDelay: undefined },
    ]);
    expect(failed[0]?.error).toMatchObject({ message: 'ECONNREFUSED' });
    expect(sent).toMatchObject([{ event: { id: 'flaky', data: { id: 'flaky' } }, attempt: 2, duration: 0 }]);
    expect(sent[0]?.age).toBe(Number(sent[0]?.time.getTime()) - began);
    expect(sent[0]?.age).toBeGreaterThanOrEqual(2000);
  });
});
