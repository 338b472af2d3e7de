import { expect, it } from '@jest/globals';
import type { ClaimedEvent, NewOutboxEvent, OutboxOutcome } from '@romancy/core';
import { LEASE, type Scene } from '../scene.js';

const ALL = 200;

export function outbox(scene: Scene): void {
  const store = () => scene.storage.outboxEvents;
  const state = (eventId: string) => scene.subject.outboxState(eventId);

  const event = (parts: Partial<NewOutboxEvent> = {}): NewOutboxEvent => ({
    eventId: scene.unique('event'),
    eventType: 'order.paid',
    eventSource: '/orders',
    data: '{"a":1}',
    binary: null,
    contentType: 'application/json',
    ...parts,
  });

  async function emitted(...events: readonly NewOutboxEvent[]): Promise<void> {
    await scene.record(await scene.held(), { outbox: events });
  }

  /** Claims all that is due and answers those of these ids. */
  async function claimed(ids: readonly string[], token = scene.unique('relay')): Promise<readonly ClaimedEvent[]> {
    const rows = await store().claim({ token, leaseMs: LEASE, limit: ALL });
    return rows.filter(({ eventId }) => ids.includes(eventId));
  }

  const idsOf = (rows: readonly { readonly eventId: string }[]): readonly string[] =>
    rows.map(({ eventId }) => eventId);

  async function settled(eventId: string, outcome: Record<string, unknown>): Promise<void> {
    const token = scene.unique('relay');
    expect(idsOf(await claimed([eventId], token))).toEqual([eventId]);
    expect(await store().settle(token, [{ eventId, ...outcome } as OutboxOutcome])).toBe(1);
  }

  it('hands events out whole, in the order of insertion', async () => {
    const attributes = '{"subject":"s"}';
    const full = event({ attributes, orderKey: scene.unique('key'), instanceId: 'i-1' });
    const bytes = event({ data: null, binary: Uint8Array.of(0, 255, 10), contentType: 'application/octet-stream' });
    const plain = event();
    await emitted(full, bytes);
    await emitted(plain);
    const ids = idsOf([full, bytes, plain]);
    const [first, second, third] = await claimed(ids);
    expect(first).toEqual({ ...full, attempt: 1, createdAt: first?.createdAt });
    expect({ ...second, binary: [...(second?.binary ?? [])] }).toMatchObject({ data: null, binary: [0, 255, 10] });
    expect(third).toMatchObject({ eventId: plain.eventId, attributes: null, orderKey: null, instanceId: null });
    expect(Math.abs((first?.createdAt ?? 0) - (await scene.storage.databaseNow()))).toBeLessThan(60_000);
  });

  it('a claimed event is nobody else’s', async () => {
    const events = Array.from({ length: 40 }, () => event());
    await emitted(...events);
    const ids = idsOf(events);
    await scene.withSecondProcess(async (second) => {
      const claims = await Promise.all(
        [store(), second.outboxEvents, store(), second.outboxEvents].map((each, index) =>
          each.claim({ token: scene.unique(`relay${String(index)}`), leaseMs: LEASE, limit: ALL }),
        ),
      );
      const got = idsOf(claims.flat()).filter((id) => ids.includes(id));
      const late = await second.outboxEvents.claim({ token: scene.unique('relay'), leaseMs: LEASE, limit: ALL });
      expect([...got, ...idsOf(late)].filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
    });
    expect(await claimed(ids)).toEqual([]);
    expect(await state(ids[0] ?? '')).toEqual({ status: 'processing', attempts: 1, error: null });
  });

  it('no more are claimed than asked for', async () => {
    const events = [event(), event(), event()];
    await emitted(...events);
    expect(await store().claim({ token: scene.unique('relay'), leaseMs: LEASE, limit: 2 })).toHaveLength(2);
    expect(await store().claim({ token: scene.unique('relay'), leaseMs: LEASE, limit: 0 })).toEqual([]);
    await claimed(idsOf(events));
  });

  it('a published event is done', async () => {
    const own = event();
    await emitted(own);
    await settled(own.eventId, { status: 'published' });
    expect(await state(own.eventId)).toEqual({ status: 'published', attempts: 1, error: null });
    expect(await claimed([own.eventId])).toEqual([]);
    await scene.subject.elapse(LEASE * 2);
    expect(await claimed([own.eventId])).toEqual([]);
  });

  it('a failed attempt is repeated when its delay is over, not before', async () => {
    const own = event();
    await emitted(own);
    await settled(own.eventId, { status: 'retry', delayMs: 60_000, error: 'E1' });
    expect(await state(own.eventId)).toEqual({ status: 'pending', attempts: 1, error: 'E1' });
    expect(await claimed([own.eventId])).toEqual([]);
    await scene.subject.elapse(61_000);
    expect(await claimed([own.eventId])).toMatchObject([{ attempt: 2 }]);
  });

  it('an event that was not tried comes back at once, uncounted', async () => {
    const own = event();
    await emitted(own);
    await settled(own.eventId, { status: 'returned' });
    expect(await claimed([own.eventId])).toMatchObject([{ attempt: 1 }]);
  });

  it.each(['failed', 'invalid', 'expired'] as const)('an event that is %s stays with its reason', async (status) => {
    const own = event();
    await emitted(own);
    await settled(own.eventId, { status, error: 'why' });
    expect(await state(own.eventId)).toEqual({ status, attempts: 1, error: 'why' });
    await scene.subject.elapse(LEASE * 2);
    expect(await claimed([own.eventId])).toEqual([]);
  });

  it('what a dead relay has claimed comes back, and its late answer settles nothing', async () => {
    const own = event();
    await emitted(own);
    const dead = scene.unique('relay');
    await claimed([own.eventId], dead);
    await scene.subject.elapse(LEASE + 1000);
    const next = scene.unique('relay');
    expect(await claimed([own.eventId], next)).toMatchObject([{ attempt: 2 }]);
    expect(await store().settle(dead, [{ eventId: own.eventId, status: 'published' }])).toBe(0);
    expect(await state(own.eventId)).toMatchObject({ status: 'processing' });
    expect(await store().settle(next, [{ eventId: own.eventId, status: 'published' }])).toBe(1);
  });

  it('events with one order key come one after another, others meanwhile', async () => {
    const orderKey = scene.unique('key');
    const [a, b, c] = [event({ orderKey }), event({ orderKey }), event({ orderKey })];
    const free = event();
    await emitted(a, b);
    await emitted(c, free);
    const ids = idsOf([a, b, c, free]);
    const token = scene.unique('relay');
    expect(idsOf(await claimed(ids, token))).toEqual(idsOf([a, free]));
    expect(await claimed(ids)).toEqual([]);
    await store().settle(token, [{ eventId: a.eventId, status: 'retry', delayMs: 60_000, error: 'E' }]);
    expect(await claimed(ids)).toEqual([]);
    await scene.subject.elapse(61_000);
    await settledOne(a.eventId, token);
    const second = scene.unique('relay');
    expect(idsOf(await claimed(ids, second))).toEqual([b.eventId]);
    await store().settle(second, [{ eventId: b.eventId, status: 'invalid', error: 'E' }]);
    expect(idsOf(await claimed(ids))).toEqual([c.eventId]);
  });

  async function settledOne(eventId: string, token: string): Promise<void> {
    const rows = await store().claim({ token, leaseMs: LEASE, limit: ALL });
    expect(idsOf(rows)).toContain(eventId);
    expect(await store().settle(token, [{ eventId, status: 'published' }])).toBe(1);
  }

  it('siblings’ events are sent too, those that a dead relay of theirs has left after a grace', async () => {
    const [pending, left] = [scene.unique('sibling'), scene.unique('sibling')];
    await scene.subject.insertSiblingEvent(pending);
    await scene.subject.insertSiblingEvent(left, true);
    expect(await claimed([pending, left])).toMatchObject([
      { eventId: pending, eventType: 'sibling.event', data: '{"from": "sibling"}', binary: null, attributes: null },
    ]);
    await store().watchSiblings(60_000, ALL);
    await store().watchSiblings(60_000, ALL);
    expect(await claimed([left])).toEqual([]);
    await scene.subject.elapse(61_000);
    expect(idsOf(await claimed([left]))).toEqual([left]);
  });

  const ownEvent = () => event({ attributes: '{}' });

  it.each(['failed', 'invalid', 'expired'] as const)(
    'an event of ours that a sibling says is %s is ours again',
    async (status) => {
      const [fresh, late] = [ownEvent(), ownEvent()];
      await emitted(late);
      await settled(late.eventId, { status: 'retry', delayMs: 60_000, error: 'E1' });
      await emitted(fresh);
      for (const { eventId } of [fresh, late]) await scene.subject.giveUpAsSibling(eventId, status);
      expect(await claimed(idsOf([fresh, late]))).toEqual([]);
      expect(await store().watchSiblings(60_000, ALL)).toBe(2);
      expect(await state(fresh.eventId)).toMatchObject({ status: 'pending' });
      // the attempts of all count, and each is due when it was
      expect(await claimed(idsOf([fresh, late]))).toMatchObject([{ eventId: fresh.eventId, attempt: 4 }]);
      await scene.subject.elapse(61_000);
      expect(idsOf(await claimed([late.eventId]))).toEqual([late.eventId]);
    },
  );

  it('what a sibling says too late of an event that ours is sending changes nothing for good', async () => {
    const own = ownEvent();
    await emitted(own);
    await claimed([own.eventId]);
    await scene.subject.giveUpAsSibling(own.eventId, 'failed');
    expect(await store().watchSiblings(60_000, ALL)).toBe(0);
    await scene.subject.elapse(LEASE + 1000);
    expect(await store().watchSiblings(60_000, ALL)).toBe(1);
    expect(idsOf(await claimed([own.eventId]))).toEqual([own.eventId]);
  });

  it('what ours has given up stays so, also after a sibling has looked at it, and siblings’ events are theirs to give up', async () => {
    const own = ownEvent();
    const theirs = scene.unique('sibling');
    await emitted(own);
    await settled(own.eventId, { status: 'failed', error: 'why' });
    await scene.subject.insertSiblingEvent(theirs);
    for (const eventId of [own.eventId, theirs]) await scene.subject.giveUpAsSibling(eventId, 'failed');
    expect(await store().watchSiblings(60_000, ALL)).toBe(0);
    for (const eventId of [own.eventId, theirs]) expect(await state(eventId)).toMatchObject({ status: 'failed' });
  });

  it('removes what it has published long ago, and nothing else', async () => {
    const [old, failed, waiting] = [event(), event(), event()];
    await emitted(old, failed);
    const token = scene.unique('relay');
    await claimed(idsOf([old, failed]), token);
    await store().settle(token, [
      { eventId: old.eventId, status: 'published' },
      { eventId: failed.eventId, status: 'failed', error: 'E' },
    ]);
    await emitted(waiting);
    expect(await store().removePublished(3_600_000, ALL)).toBe(0);
    await scene.subject.elapse(3_605_000);
    expect(await store().removePublished(3_600_000, ALL)).toBeGreaterThan(0);
    expect(await state(old.eventId)).toBeUndefined();
    expect(await state(failed.eventId)).toMatchObject({ status: 'failed' });
    expect(await state(waiting.eventId)).toMatchObject({ status: 'pending' });
  });
}
