import type { HistoryRow } from '@romancy/core';
import type { World } from '../engine/world.js';
import type { Program } from './program.js';

export interface Planned {
  readonly instanceId: string;
  readonly program: Program;
  readonly fails: boolean;
}

/** What must hold for an instance when all is over. */
export function checkOutcome(world: World, { instanceId, fails }: Planned): void {
  const record = world.storage.database.instances.get(instanceId);
  if (record === undefined) return;
  const broken = (what: string): void => void world.violations.push(`${instanceId} ${what}`);
  const { row, history, compensations } = record;
  const completed = history.filter((entry) => entry.eventType === 'ActivityCompleted');

  const expected = row.cancelRequestedAt === null ? [fails ? 'failed' : 'completed'] : ['cancelled', 'failed'];
  if (!expected.includes(row.status)) broken(`ended ${row.status} instead of ${expected.join(' or ')}`);

  for (const step of completed.filter((entry) => /^(store|flaky_store):/.test(entry.activityId))) {
    const count = countOf(world.storage.effects, `${instanceId}/${step.activityId}`);
    if (count !== 1) broken(`has ${count} effects of the recorded ${step.activityId}`);
  }
  const recorded = new Set(completed.map((entry) => entry.activityId));
  for (const effect of world.storage.effects) {
    const [owner, key = ''] = effect.split(/\/(.*)/);
    if (owner === instanceId && /^(store|flaky_store):/.test(key) && !recorded.has(key))
      broken(`has an effect of ${key} without its record`);
  }

  if (history.some((entry, index) => index > 0 && entry.time < (history[index - 1]?.time ?? 0))) {
    broken(`has times that go backwards: ${history.map((entry) => entry.time).join()}`);
  }

  const undone = history.filter((entry) => entry.activityId.startsWith('compensation:'));
  if (row.status === 'completed') {
    if (undone.length > 0) broken('completed, yet compensations ran');
    return;
  }
  const order = undone.map((entry) => Number(entry.activityId.slice('compensation:'.length)));
  const stack = compensations.map((compensation) => compensation.id).toReversed();
  if (order.join() !== stack.join()) broken(`undid ${order.join()} instead of ${stack.join()}`);
  for (const entry of undone)
    if (entry.eventType !== 'CompensationExecuted') broken(`could not undo: ${describe(entry)}`);
  const { compensations: report } = JSON.parse(row.output ?? '{}') as { compensations?: { in_doubt?: string[] } };
  for (const { idempotencyKey: key } of world.outside.filter((call) => call.name === 'call')) {
    const [owner, step = ''] = key.split(/\/(?=[^/]*$)/);
    if (owner !== instanceId || !step.startsWith('call:')) continue;
    if (!recorded.has(step) && report?.in_doubt?.includes(step) !== true)
      broken(`ended ${row.status} and does not know of ${step}`);
  }
  for (const { idempotencyKey: key } of world.outside.filter((call) => call.name === 'pay')) {
    const undone = world.outside.some((call) => call.name === `unpay ${key}`);
    if (key.startsWith(`${instanceId}/`) && !undone) broken(`ended ${row.status}, and ${key} stays paid`);
  }
  for (const step of completed.filter((entry) => /^(store|call):/.test(entry.activityId))) {
    if (!compensations.some((compensation) => compensation.activityId === step.activityId))
      broken(`recorded ${step.activityId} without its compensation`);
    const undo = `undo ${step.activityId}`;
    if (step.activityId.startsWith('store:')) {
      const count = countOf(world.storage.effects, `${instanceId}/${undo}`);
      if (count !== 1) broken(`undid ${step.activityId} ${count} times`);
    } else if (!world.outside.some((call) => call.name === undo && call.idempotencyKey.startsWith(`${instanceId}/`))) {
      broken(`never undid ${step.activityId}`);
    }
  }
}

/** An instance that was started inside an activity exists if, and only if, that activity is recorded. */
export function checkChildren(world: World): void {
  const spawned = new Set(recordedSteps(world, /^spawn:/));
  const children = [...world.storage.database.instances.keys()].filter((instanceId) => instanceId.includes('/'));
  for (const child of children) if (!spawned.has(child)) world.violations.push(`${child} was started by nobody`);
  for (const child of spawned) if (!children.includes(child)) world.violations.push(`${child} was never started`);
}

/** An event is in the outbox if, and only if, the activity that emitted it is recorded. */
export function checkOutbox(world: World): void {
  const expected = recordedSteps(world, /^(store|flaky_store):/).sort();
  const events = world.storage.outbox.map((event) => event.eventId).sort();
  if (events.join() !== expected.join())
    world.violations.push(`the outbox holds ${events.join()} instead of ${expected.join()}`);
}

function recordedSteps(world: World, pattern: RegExp): string[] {
  return [...world.storage.database.instances.values()].flatMap(({ row, history }) =>
    history
      .filter((entry) => entry.eventType === 'ActivityCompleted' && pattern.test(entry.activityId))
      .map((entry) => `${row.instanceId}/${entry.activityId}`),
  );
}

function countOf(effects: readonly string[], wanted: string): number {
  return effects.filter((effect) => effect === wanted).length;
}

function describe(row: HistoryRow): string {
  return `${row.activityId} ${row.data ?? ''}`;
}
