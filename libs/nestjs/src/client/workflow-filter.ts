import type { InputFilter, InstanceFilter, InstanceStatus } from '@romancy/core';

/** What `WorkflowClient.list` looks for; conditions are joined by *and*. */
export interface WorkflowFilter {
  /** One status, or any of several. */
  readonly status?: InstanceStatus | readonly InstanceStatus[];
  /** Part of the workflow's name; case does not count. */
  readonly workflowName?: string;
  /** Part of the instance id; case does not count. */
  readonly instanceId?: string;
  /** Started at this time or later: a Date, or milliseconds since the epoch. */
  readonly startedAfter?: Date | number;
  /** Started at this time or earlier: a Date, or milliseconds since the epoch. */
  readonly startedBefore?: Date | number;
  /** Values inside the input by path: `{ 'order.sku': 'widget' }`, all of them must be equal. */
  readonly input?: Readonly<Record<string, InputFilter['value']>>;
  /** Instances of a page. Default 50, at most 1000. */
  readonly limit?: number;
  /** `nextPageToken` of the page before. */
  readonly pageToken?: string;
}

/** The engine's form of a filter. */
export function toInstanceFilter(filter: WorkflowFilter): InstanceFilter {
  const { startedAfter, startedBefore, input, ...rest } = filter;
  return {
    ...rest,
    ...(startedAfter === undefined ? {} : { startedAfter: toTime('startedAfter', startedAfter) }),
    ...(startedBefore === undefined ? {} : { startedBefore: toTime('startedBefore', startedBefore) }),
    ...(input === undefined ? {} : { input: Object.entries(input).map(([path, value]) => ({ path, value })) }),
  };
}

function toTime(option: string, time: Date | number): number {
  const ms = typeof time === 'number' ? time : time.getTime();
  if (!Number.isFinite(ms))
    throw new RangeError(`${option} is not a valid time. Give a valid Date or milliseconds since the epoch.`);
  return ms;
}
