import type { InstanceDetail, Overview } from '@romancy/core';
import { explain } from './explain.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;

const worker: Overview['workers'][number] = {
  workerId: 'w@1',
  label: 'w',
  service: 'shop',
  host: 'h',
  pid: 1,
  liveness: 'session',
  startedAt: NOW - HOUR,
  seenAt: NOW - 1000,
  instances: 0,
  earliestExpiry: null,
} as never;

const overview = (parts: Partial<Overview> = {}): Overview =>
  ({ now: NOW, workers: [worker], ...parts }) as unknown as Overview;

const detail = (parts: Partial<InstanceDetail>): InstanceDetail =>
  ({
    instanceId: 'order-1',
    workflowName: 'order',
    framework: 'typescript',
    ours: true,
    status: 'running',
    updatedAt: NOW,
    cancelRequestedAt: null,
    cancelReason: null,
    outcome: null,
    heldBy: null,
    heldUntil: null,
    block: null,
    takeovers: null,
    waitingFor: [],
    retrying: [],
    generations: { generations: [], more: { before: false, after: false } },
    ...parts,
  }) as unknown as InstanceDetail;

const text = (parts: Partial<InstanceDetail>, around?: Partial<Overview>): string => {
  const { summary, reasons, advice } = explain(detail(parts), overview(around));
  return [summary, ...reasons, ...advice].join('\n');
};

describe('an explanation', () => {
  it('of one that runs names the worker, and says when its lease has ended', () => {
    expect(text({ heldBy: 'w@1', heldUntil: NOW + 9000 })).toMatch(
      /is running\.\nWorker w@1 holds it, lease until 2026/,
    );
    expect(text({ heldBy: 'w@1', heldUntil: NOW - 61_000 })).toContain('whose lease ended 1m 1s ago');
  });

  it('of one that sleeps for a moment says for what, and whose it is', () => {
    const waitingFor = [{ kind: 'timer', stepId: 'sleep:1', channel: null, key: null, until: NOW + 3000 }] as const;
    const held = { heldBy: 'w@1', heldUntil: NOW + 9000 };
    expect(text({ status: 'waiting_for_timer', waitingFor, ...held })).toMatch(
      / waits\.\n.*sleep:1.*\nWorker w@1 holds it/,
    );
  });

  it('of one that could run says who would take it', () => {
    expect(text({})).toContain('a worker takes it at its next look');
    expect(text({}, { workers: [] })).toMatch(
      /no worker has shown itself .*\nStart the application that has the workflow order/,
    );
    expect(text({}, { workers: [{ ...worker, seenAt: NOW - HOUR }] })).toContain('no worker has shown itself');
  });

  it('of a step that is tried again has the attempts, the last error and the time', () => {
    const errors = [{ attempt: 3, error: 'TimeoutError', message: 'too slow', time: NOW }];
    const retrying = [{ stepId: 'charge:1', attempts: 3, nextAt: NOW + 65_000, errors }];
    expect(text({ retrying })).toContain(
      'Step charge:1 has failed 3 times and is tried again in 1m 5s; the last one: TimeoutError: too slow',
    );
  });

  it('of a blocked one has what the guard has written, and the ways out', () => {
    const block = {
      code: 'ROMANCY_STALLED',
      codeVersion: 'v',
      explanation: { message: 'It waits for nothing.' },
      blockedAt: NOW - HOUR,
    };
    const blocked = text({ block });
    expect(blocked).toContain(
      'order-1 is blocked: the present code does not fit its history (ROMANCY_STALLED, for 1h)',
    );
    expect(blocked).toContain('It waits for nothing.');
    expect(blocked).toContain('romancy replay order-1');
  });

  it('of a suspected one says how often workers died, and what to look at', () => {
    const takeovers = { count: 4, restsUntil: NOW + 30_000 };
    expect(text({ takeovers })).toMatch(/4 workers died .* rests for another 30s\.[\s\S]*romancy retry/);
  });

  it('of a failed one has the error, what could not be undone, and what is in doubt', () => {
    const failure = { name: 'TerminalError', message: 'No.' };
    const compensations = { failed: ['refund:1'], in_doubt: ['ship:1'] };
    const outcome = { result: null, failure, compensations } as never;
    const failed = text({ status: 'failed', outcome });
    expect(failed).toContain('TerminalError: No.');
    expect(failed).toContain('Could not be undone: refund:1.');
    expect(failed).toContain('may or may not have taken effect: ship:1');
    expect(failed).toContain('romancy retry order-1');
  });

  it('of one that was started again names the newest, and asks for no retry', () => {
    const generations = { generations: [{ instanceId: 'order-1' }, { instanceId: 'order-1~2' }] } as never;
    const failed = text({ status: 'failed', generations });
    expect(failed).toContain('It was started again as order-1~2.');
    expect(failed).not.toContain('romancy retry');
    expect(text({ status: 'recurred', generations })).toContain('romancy explain order-1~2');
  });

  it('of a sibling’s refers to its own tools', () => {
    expect(text({ ours: false, framework: 'python' })).toContain('belongs to the framework python');
  });

  it('of one that is to be cancelled says since when and why', () => {
    expect(text({ cancelRequestedAt: NOW - 5000, cancelReason: 'fraud' })).toContain('asked for 5s ago: fraud');
  });
});
