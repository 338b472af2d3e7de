import { currentActivity } from '@romancy/core';

/** Pairs that were warned of; as many as there are pairs of activities in the code. */
const seen = new Set<string>();

/** An activity called inside an activity or step is a plain call without history of its own: said once for each pair. */
export function warnOfNestedCall(inner: string): void {
  const outer = currentActivity();
  if (!outer || outer.activityName === inner) return;
  const pair = `${outer.activityName}\n${inner}`;
  if (seen.has(pair)) return;
  seen.add(pair);
  outer.logger.warn(
    `Activity "${inner}" was called inside "${outer.activityName}": a plain call, part of that step, without history, retries or a ` +
      `transaction of its own. Call it from the workflow to make it a step. (Said once.)`,
  );
}
