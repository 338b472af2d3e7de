import type { InstanceDetail } from '@romancy/core';
import { moment } from '../output/plain.js';
import type { Explanation } from './explanation.js';

export function explainEnd(detail: InstanceDetail): Explanation {
  const { instanceId, status, updatedAt, outcome, cancelReason, generations } = detail;
  const summary = `${instanceId} is ${status} since ${moment(updatedAt)}.`;
  const newest = generations.generations.at(-1)?.instanceId;
  if (status === 'recurred') {
    return {
      summary,
      reasons: ['It ended with recur; the next generation goes on.'],
      advice: [`See romancy explain ${newest ?? instanceId}.`],
    };
  }
  const undone = compensationReasons(outcome?.compensations);
  const continued = newest !== undefined && newest !== instanceId ? [`It was started again as ${newest}.`] : [];
  if (status === 'failed') {
    const failure = outcome?.failure;
    const why = failure ? `${failure.name}: ${failure.message}` : 'No error is recorded.';
    const advice =
      continued.length > 0
        ? []
        : [`When the cause is gone: romancy retry ${instanceId} starts it anew, with the same input.`];
    return { summary, reasons: [why, ...undone, ...continued], advice };
  }
  if (status === 'cancelled')
    return { summary, reasons: [cancelReason ?? 'No reason was given.', ...undone, ...continued], advice: [] };
  return { summary, reasons: continued, advice: [] };
}

/** What could not be undone, and what nobody can know. */
function compensationReasons(compensations: unknown): readonly string[] {
  if (typeof compensations !== 'object' || compensations === null) return [];
  const { failed, in_doubt: doubtful } = compensations as { readonly failed?: unknown; readonly in_doubt?: unknown };
  return [
    ...(isFull(failed) ? [`Could not be undone: ${namesOf(failed)}.`] : []),
    ...(isFull(doubtful) ? [`In doubt, it may or may not have taken effect: ${namesOf(doubtful)}.`] : []),
  ];
}

function isFull(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function namesOf(steps: readonly unknown[]): string {
  return steps.map((step) => (typeof step === 'string' ? step : JSON.stringify(step))).join(', ');
}
