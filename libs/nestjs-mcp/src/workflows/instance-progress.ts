import { Injectable } from '@nestjs/common';
import { isTerminal } from '@romancy/core';
import { EngineHost, type InstanceBlock, type InstanceInfo } from '@romancy/nestjs';

const PAGE = 1_000;
const RUNNING_POLL = 2_000;
const WAITING_POLL = 10_000;
const LONGEST_POLL = 60_000;
const SHORTEST_POLL = 500;

/** Something that an instance waits for, with the time at which it goes on at the latest. */
export interface InstanceWait {
  readonly step: string;
  readonly kind: 'timer' | 'retry';
  /** ISO time. */
  readonly until: string;
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
    const { timers, attempts } = await this.host.storage.runState.load(info.instanceId);
    const waits: InstanceWait[] = [
      ...timers.map(({ activityId, expiresAt }) => ({
        step: activityId,
        kind: 'timer' as const,
        until: iso(expiresAt),
      })),
      ...attempts.map(({ stepId, nextAt, attempt }) => ({
        step: stepId,
        kind: 'retry' as const,
        until: iso(nextAt),
        attempts: attempt,
      })),
    ];
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
  const next = Math.min(...waits.map(({ until }) => Date.parse(until))) - Date.now();
  return Math.round(Math.min(LONGEST_POLL, Math.max(SHORTEST_POLL, next)));
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
