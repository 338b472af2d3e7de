import type { ActivityMetadata, CompensationMetadata } from '../interfaces/metadata.interface.js';
import { EXECUTE_METHOD } from '../romancy.constants.js';
import { compensationName } from './compensation-name.js';
import * as messages from './discovery.messages.js';
import type { FoundActivities, FoundWorkflow } from './found.js';
import type { Mistake } from './mistake.js';
import { judgeName, NameTable } from './name-rules.js';
import { judgeActivityOptions } from './options-validator.js';
import { judgePlace, providedOnce } from './workflow-validator.js';

/** Mistakes of activities and compensations, whose names share one table: they share the history. */
export function judgeActivities(
  found: readonly FoundActivities[],
  workflows: readonly FoundWorkflow[],
): readonly Mistake[] {
  const names = new NameTable();
  const workflowProviders = new Set(workflows.map(({ provider }) => provider));
  const once = providedOnce(found.map(({ provider }) => provider));
  const mistakes: Mistake[] = [...once.mistakes];
  for (const { provider, activities, compensations } of found) {
    if (!once.kept.has(provider)) continue;
    const at = (method: string): string => `${provider.className}.${method}`;
    if (workflowProviders.has(provider)) {
      mistakes.push(
        ...[...activities, ...compensations].map(({ method }) => messages.ACTIVITY_IN_WORKFLOW(at(method))),
      );
      continue;
    }
    mistakes.push(...judgePlace(provider, provider.className));
    mistakes.push(...judgeMembers(activities, compensations, at));
    for (const activity of activities) {
      const where = activity.isClass ? provider.className : at(activity.method);
      if (activity.isClass && !implementsExecute(provider)) mistakes.push(messages.NO_EXECUTE(provider.className));
      mistakes.push(...judgeName(where, 'activity', activity.name), ...names.claim(where, 'activity', activity.name));
      mistakes.push(...judgeActivityOptions(where, activity.options));
    }
    const bodies = new Set(activities.map(({ method }) => method));
    for (const compensation of compensations.filter(({ method }) => !bodies.has(method))) {
      const name = compensationName(compensation, activities);
      const where = at(compensation.method);
      mistakes.push(...judgeName(where, 'compensation', name), ...names.claim(where, 'compensation', name));
      mistakes.push(...judgeActivityOptions(where, compensation.options));
    }
    mistakes.push(...judgeLinks(activities, compensations, at));
  }
  return mistakes;
}

/** What is wrong with the decorated members of one class, each by itself. */
function judgeMembers(
  activities: readonly ActivityMetadata[],
  compensations: readonly CompensationMetadata[],
  at: (method: string) => string,
): readonly Mistake[] {
  const compensating = new Set(compensations.map(({ method }) => method));
  return [
    ...[...activities, ...compensations]
      .filter(({ isStatic }) => isStatic)
      .map(({ method }) => messages.STATIC_MEMBER(at(method))),
    ...repeated(activities).map((method) => messages.DECORATED_TWICE(at(method), '@Activity()')),
    ...repeated(compensations).map((method) => messages.DECORATED_TWICE(at(method), '@CompensationFor()')),
    ...activities
      .filter(({ method }) => compensating.has(method))
      .map(({ method }) => messages.ACTIVITY_AND_COMPENSATION(at(method))),
  ];
}

/** Every compensation names an activity of its class, and none is named twice. */
function judgeLinks(
  activities: readonly ActivityMetadata[],
  compensations: readonly CompensationMetadata[],
  at: (method: string) => string,
): readonly Mistake[] {
  const methods = activities.map(({ method }) => method);
  const taken = new Map<string, string>();
  return compensations.flatMap(({ method, activityMethod }) => {
    if (!methods.includes(activityMethod)) return [messages.UNKNOWN_ACTIVITY(at(method), activityMethod, methods)];
    const other = taken.get(activityMethod);
    if (other !== undefined && other !== method)
      return [messages.SECOND_COMPENSATION(at(method), activityMethod, other)];
    taken.set(activityMethod, method);
    return [];
  });
}

function repeated(entries: readonly { readonly method: string }[]): readonly string[] {
  const methods = entries.map(({ method }) => method);
  return [...new Set(methods.filter((method, index) => methods.indexOf(method) !== index))];
}

function implementsExecute({ type }: FoundActivities['provider']): boolean {
  if (!type) return true;
  return typeof Reflect.get(type.prototype as object, EXECUTE_METHOD) === 'function';
}
