import { isTerminal, type InstanceDetail, type Overview } from '@romancy/core';
import { moment, span, until } from '../output/plain.js';
import { explainBlock } from './explain-block.js';
import { explainEnd } from './explain-end.js';
import { explainWaits } from './explain-waits.js';
import type { Explanation } from './explanation.js';

/** A worker that has given no sign of life for so long is not counted. */
const SILENT = 90_000;

/** Judges an instance by what the database holds of it. */
export function explain(detail: InstanceDetail, overview: Overview): Explanation {
  const { now } = overview;
  const { instanceId, status } = detail;
  if (!detail.ours) {
    return {
      summary: `${instanceId} is ${status}; it belongs to the framework ${detail.framework}.`,
      reasons: [],
      advice: ['Steer it with the tools of that framework.'],
    };
  }
  if (isTerminal(status)) return explainEnd(detail);
  if (detail.block !== null) return explainBlock(detail, now);
  const pressing = [...cancellation(detail, now), ...suspicion(detail, now), ...retries(detail, now)];
  const waits = explainWaits(detail, now);
  const workers = nobodyWorks(detail, overview);
  const reasons = [...pressing, ...waits.reasons, ...holder(detail, now), ...workers.reasons];
  return {
    summary: summaryOf(detail, now),
    reasons:
      reasons.length > 0
        ? reasons
        : ['It is ready to go on; a worker takes it at its next look, within about a second.'],
    advice: [
      ...(detail.takeovers === null
        ? []
        : ['See what the next step does to its process (memory, endless loops, process.exit), then `romancy retry`.']),
      ...waits.advice,
      ...workers.advice,
    ],
  };
}

function summaryOf(
  { instanceId, status, heldBy, waitingFor, retrying, cancelRequestedAt }: InstanceDetail,
  now: number,
): string {
  if (status === 'compensating') return `${instanceId} is undoing what it has done.`;
  if (cancelRequestedAt !== null) return `${instanceId} is to be cancelled.`;
  const [retry] = retrying;
  if (retry !== undefined) return `${instanceId} tries ${retry.stepId} again ${until(retry.nextAt, now)}.`;
  // One that sleeps for a moment keeps its worker.
  if (heldBy !== null && status === 'running') return `${instanceId} is running.`;
  if (waitingFor.length > 0) return `${instanceId} waits.`;
  return `${instanceId} is ready to run, and no worker holds it.`;
}

function cancellation({ cancelRequestedAt, cancelReason }: InstanceDetail, now: number): readonly string[] {
  if (cancelRequestedAt === null) return [];
  return [
    `Its cancellation was asked for ${span(now - cancelRequestedAt)} ago${cancelReason === null ? '' : `: ${cancelReason}`}.`,
  ];
}

function suspicion({ takeovers }: InstanceDetail, now: number): readonly string[] {
  if (takeovers === null) return [];
  const rest = takeovers.restsUntil > now ? `, and it rests for another ${span(takeovers.restsUntil - now)}` : '';
  return [`${String(takeovers.count)} workers died or stopped answering while they ran it, without progress${rest}.`];
}

function retries({ retrying }: InstanceDetail, now: number): readonly string[] {
  return retrying.map(({ stepId, attempts, nextAt, errors }) => {
    const last = errors.at(-1);
    const why = last === undefined ? '' : `; the last one: ${last.error}: ${last.message}`;
    return `Step ${stepId} has failed ${String(attempts)} times and is tried again ${until(nextAt, now)}${why}`;
  });
}

function holder({ heldBy, heldUntil }: InstanceDetail, now: number): readonly string[] {
  if (heldBy === null) return [];
  const lease =
    heldUntil === null
      ? ''
      : heldUntil >= now
        ? `, lease until ${moment(heldUntil)}`
        : `, whose lease ended ${span(now - heldUntil)} ago`;
  return [`Worker ${heldBy} holds it${lease}.`];
}

function nobodyWorks(
  { workflowName, waitingFor }: InstanceDetail,
  { workers, now }: Overview,
): Omit<Explanation, 'summary'> {
  if (workers.some(({ seenAt }) => now - seenAt < SILENT)) return { reasons: [], advice: [] };
  const then = waitingFor.length > 0 ? 'Even when what it waits for is there, n' : 'N';
  return {
    reasons: [`${then}othing happens: no worker has shown itself on this database for ${span(SILENT)}.`],
    advice: [`Start the application that has the workflow ${workflowName}.`],
  };
}
