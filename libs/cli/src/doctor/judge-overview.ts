import type { BoundedCount, InstanceStatus, Overview } from '@romancy/core';
import { plain, span } from '../output/plain.js';
import type { Check } from './check.js';

const SILENT = 90_000;
const SKEW = 5000;
const LIVE: readonly InstanceStatus[] = [
  'running',
  'waiting_for_event',
  'waiting_for_message',
  'waiting_for_timer',
  'compensating',
];

/** What the overview of a database tells about the health of its workers. */
export function judgeOverview(overview: Overview, localNow: number): readonly Check[] {
  return [
    clock(overview, localNow),
    workers(overview),
    leader(overview),
    holders(overview),
    failures(overview),
    outbox(overview),
  ];
}

function clock({ now }: Overview, localNow: number): Check {
  const skew = Math.abs(localNow - now);
  const detail = `the database's clock is ${span(skew)} ${localNow > now ? 'behind' : 'ahead of'} this one`;
  return { name: 'clock', state: skew > SKEW ? 'warn' : 'ok', detail: skew > SKEW ? `${detail}: look at NTP` : detail };
}

function workers({ workers: listed, instances, now }: Overview): Check {
  const alive = listed.filter(({ seenAt }) => now - seenAt < SILENT);
  const live = sum(instances.filter(({ status }) => LIVE.includes(status)));
  const names = alive.map(({ label, host, pid }) => plain(`${label} (${host}, ${String(pid)})`)).join(', ');
  if (alive.length > 0) return { name: 'workers', state: 'ok', detail: `${String(alive.length)}: ${names}` };
  const waiting = `no worker has shown itself for ${span(SILENT)}, and ${live} instances are not over`;
  return live === '0'
    ? { name: 'workers', state: 'warn', detail: 'none; nothing is to be done' }
    : { name: 'workers', state: 'fail', detail: `${waiting}: start the application` };
}

function leader({ leaders, now }: Overview): Check {
  const ours = leaders.find(({ name }) => name === 'romancy_typescript_leader');
  const leads = ours !== undefined && (ours.expiresAt ?? 0) > now;
  const detail = leads
    ? plain(ours.holder)
    : 'nobody leads: no retention, no clean-up; a worker takes it within a minute';
  return { name: 'leader', state: leads ? 'ok' : 'warn', detail };
}

function holders({ otherHolders }: Overview): Check {
  const held = otherHolders.map(({ workerId, instances }) => plain(`${workerId}: ${String(instances)}`));
  return held.length === 0
    ? { name: 'leases', state: 'ok', detail: 'every lease belongs to a listed worker' }
    : {
        name: 'leases',
        state: 'warn',
        detail: `held by processes that are not listed (dead, or of a sibling): ${held.join(', ')}`,
      };
}

function failures({ lastHour: { started, ended } }: Overview): Check {
  const failed = ended.find(({ status }) => status === 'failed');
  const many = (failed?.count ?? 0) > 0;
  const detail = `last hour: ${counted(started)} started, ${failed === undefined ? '0' : counted(failed)} failed`;
  return {
    name: 'failures',
    state: many ? 'warn' : 'ok',
    detail: many ? `${detail}; see romancy list --status failed` : detail,
  };
}

function outbox({ outbox: events }: Overview): Check {
  const stuck = events.filter(({ status, count }) => ['failed', 'invalid', 'expired'].includes(status) && count > 0);
  if (stuck.length > 0) {
    const which = stuck.map((each) => `${counted(each)} ${each.status}`).join(', ');
    return { name: 'outbox', state: 'warn', detail: `given up: ${which}` };
  }
  const pending = events.find(({ status }) => status === 'pending');
  return { name: 'outbox', state: 'ok', detail: `${pending === undefined ? '0' : counted(pending)} to be sent` };
}

function counted({ count, capped }: BoundedCount): string {
  return `${String(count)}${capped ? '+' : ''}`;
}

function sum(counts: readonly BoundedCount[]): string {
  const count = counts.reduce((total, each) => total + each.count, 0);
  return counted({ count, capped: counts.some(({ capped }) => capped) });
}
