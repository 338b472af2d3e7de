import cluster from 'node:cluster';
import {
  RetentionPolicy,
  resolveRetry,
  toMilliseconds,
  type ActivityOptions,
  type Duration,
  type RetryPolicy,
} from '@romancy/core';
import { parseDatabaseUrl } from '@romancy/typeorm';
import type { RomancyModuleOptions } from '../interfaces/module-options.interface.js';
import type { Mistake } from './mistake.js';
import * as messages from './options.messages.js';

/** Mistakes of the module's options, as far as they can be seen without the database. */
export function judgeModuleOptions(options: RomancyModuleOptions, modules: number): readonly Mistake[] {
  const found: Mistake[] = [];
  const { database, dataSource } = options as { readonly database?: unknown; readonly dataSource?: unknown };
  if (modules > 1) found.push(messages.MODULE_TWICE(modules));
  if (isMissing(database) && isMissing(dataSource)) found.push(messages.NO_DATABASE());
  if (!isMissing(database) && !isMissing(dataSource)) found.push(messages.TWO_DATABASES());
  if (typeof database === 'string' && database !== '') found.push(...judgeDatabase(database, options.worker ?? true));
  return [
    ...found,
    ...judgeRetry('RomancyModule option defaultRetry', options.defaultRetry),
    ...judgeRetention(options.instanceRetention),
  ];
}

/** Mistakes of the options of one activity or compensation. */
export function judgeActivityOptions(where: string, options: ActivityOptions): readonly Mistake[] {
  return [
    ...judgeRetry(where, options.retry),
    ...judgeDuration(where, 'timeout', options.timeout),
    ...judgeDuration(where, 'totalTimeout', options.totalTimeout),
  ];
}

function judgeRetry(where: string, policy: RetryPolicy | undefined): readonly Mistake[] {
  return refused(where, 'retry', () => resolveRetry(policy));
}

function judgeRetention(retention: RomancyModuleOptions['instanceRetention']): readonly Mistake[] {
  if (retention === undefined) return [];
  return [
    ...refused('RomancyModule', 'instanceRetention', () => new RetentionPolicy(retention)),
    ...judgeDuration('RomancyModule option instanceRetention', 'interval', retention.interval),
  ];
}

function judgeDuration(where: string, option: string, duration: Duration | undefined): readonly Mistake[] {
  return duration === undefined ? [] : refused(where, option, () => toMilliseconds(duration));
}

function refused(where: string, option: string, use: () => unknown): readonly Mistake[] {
  try {
    use();
    return [];
  } catch (error) {
    return [messages.INVALID_OPTION(where, option, error instanceof Error ? error.message : String(error))];
  }
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function judgeDatabase(database: string, worker: boolean): readonly Mistake[] {
  try {
    const target = parseDatabaseUrl(database);
    if (target.kind !== 'sqlite' || target.file !== ':memory:') return [];
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split(' Use one of:') : [];
    return [messages.UNREADABLE_DATABASE(reason)];
  }
  return [
    ...(worker ? [] : [messages.MEMORY_WITHOUT_WORKER()]),
    ...(cluster.isWorker ? [messages.MEMORY_IN_CLUSTER()] : []),
  ];
}
