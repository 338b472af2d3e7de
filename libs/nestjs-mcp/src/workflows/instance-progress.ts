import { Injectable } from '@nestjs/common';
import { isTerminal, type ResumeState } from '@romancy/core';
import { EngineHost, type InstanceBlock, type InstanceInfo } from '@romancy/nestjs';

const PAGE = 1_000;
const RUNNING_POLL = 2_000;
const WAITING_POLL = 10_000;
const LONGEST_POLL = 60_000;
const SHORTEST_POLL = 500;

/** Something that an instance waits for. */
export interface InstanceWait {
  readonly step: string;
  readonly kind: 'timer' | 'retry' | 'message';
  /** When it goes on at the latest, ISO time; absent for a message that may take as long as it likes. */
  readonly until?: string;
  /** Channel of the message, or type of the event. */
  readonly channel?: string;
  /** Attempts made so far, of a step that is tried again. */
  readonly attempts?: number;
}

export interface InstanceProgress {
  readonly activitiesCompleted: number;
  readonly waits: readonly InstanceWait[];
  readonly block: InstanceBlock | undefined;
}

/** Counts what an instance has done; asked again, it reads only what has been added. */
export class ActivityCount {
  #instanceId = '';
  #after = 0;
  #count = 0;

  constructor(private readonly host: EngineHost) {}

  async of(instanceId: string): Promise<number> {
    if (instanceId !== this.#instanceId) [this.#instanceId, this.#after, this.#count] = [instanceId, 0, 0];
    for (;;) {
      const rows = await this.host.storage.history.read(instanceId, this.#after, PAGE);
      this.#count += rows.filter(({ eventType }) => eventType === 'ActivityCompleted').length;
      this.#after = rows.at(-1)?.id ?? this.#after;
      if (rows.length < PAGE) return this.#count;
    }
  }
}

/** Reads how far an instance has come and what it waits for. */
@Injectable()
export class ProgressReader {
  constructor(private readonly host: EngineHost) {}

  /** @param count Kept by a caller that asks repeatedly. */
  async read(info: InstanceInfo, count = this.counter()): Promise<InstanceProgress> {
    const activitiesCompleted = await count.of(info.instanceId);
    if (isTerminal(info.status)) return { activitiesCompleted, waits: [], block: undefined };
    const waits = waitsOf(info.instanceId, await this.host.storage.runState.load(info.instanceId));
    return { activitiesCompleted, waits, block: await this.host.engine.block(info.instanceId) };
  }

  counter(): ActivityCount {
    return new ActivityCount(this.host);
  }
}

/** When it is worth asking again, in milliseconds; 0 after the end. */
export function pollInterval({ status }: InstanceInfo, { waits, block }: InstanceProgress): number {
  if (isTerminal(status)) return 0;
  if (block) return LONGEST_POLL;
  if (waits.length === 0) return status === 'running' || status === 'compensating' ? RUNNING_POLL : WAITING_POLL;
  const times = waits.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
  const next = Math.min(...times) - Date.now();
  // A message may come at any time, before the deadline of its wait.
  const longest = waits.some(({ kind }) => kind === 'message') ? WAITING_POLL : LONGEST_POLL;
  return Math.round(Math.min(longest, Math.max(SHORTEST_POLL, next)));
}

function waitsOf(instanceId: string, { timers, attempts, waits }: ResumeState): readonly InstanceWait[] {
  const messageSteps = new Set(waits.map(({ stepId }) => stepId));
  const deadlineOf = (stepId: string): { until?: string } => {
    const timer = timers.find(({ activityId }) => activityId === stepId);
    return timer ? { until: iso(timer.expiresAt) } : {};
  };
  return [
    ...waits
      // An event may also be sent to this very instance: the same wait, on a second channel.
      .filter(({ channel }) => !channel.endsWith(`:${instanceId}`))
      .map(({ stepId, channel }) => ({ step: stepId, kind: 'message' as const, channel, ...deadlineOf(stepId) })),
    ...timers
      .filter(({ activityId }) => !messageSteps.has(activityId))
      .map(({ activityId, expiresAt }) => ({ step: activityId, kind: 'timer' as const, until: iso(expiresAt) })),
    ...attempts.map(({ stepId, nextAt, attempt }) => ({
      step: stepId,
      kind: 'retry' as const,
      until: iso(nextAt),
      attempts: attempt,
    })),
  ];
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
