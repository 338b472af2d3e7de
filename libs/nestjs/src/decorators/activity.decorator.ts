import type { ActivityDecoratorOptions } from '../interfaces/activity-options.interface.js';
import type { ActivityMetadata } from '../interfaces/metadata.interface.js';
import { ACTIVITY_METADATA, EXECUTE_METHOD } from '../romancy.constants.js';
import { addMemberMetadata, ownerOf } from './member-metadata.js';
import { wrapMethod, type AnyMethod } from './wrap-method.js';

/** A class that can be marked `@Activity()`: its one activity is `execute`. */
export type ActivityType = new (...args: never[]) => { execute(...args: never[]): Promise<unknown> };

/** What {@link Activity} returns: a decorator of a method that returns a promise, or of a class with such an `execute`. */
export interface ActivityDecorator {
  <C extends ActivityType>(target: C): void;
  <F extends (...args: never[]) => Promise<unknown>>(
    target: object,
    method: string,
    descriptor: TypedPropertyDescriptor<F>,
  ): void;
}

/**
 * Marks a method of a provider, or a class with `execute`, as an activity: called in a workflow it is a durable step, whose result is recorded
 * and never computed again; called anywhere else it is the ordinary method. Called inside another activity it is a plain call, part of that
 * step.
 *
 * An activity is transactional by default: the writes of injected repositories and of `ActivityContext.manager` commit together with its
 * result. Turn it off for calls to the outside world, which are then made at least once, with `ActivityContext.idempotencyKey`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class PaymentActivities {
 *   constructor(private readonly gateway: PaymentGateway, private readonly activity: ActivityContext) {}
 *
 *   @Activity({ transactional: false, timeout: '30s', retry: { maxAttempts: 5, initialInterval: '1s' } })
 *   async charge(orderId: string, amount: number): Promise<Charge> {
 *     return this.gateway.charge(orderId, amount, this.activity.idempotencyKey);
 *   }
 * }
 * ```
 */
export function Activity(options: ActivityDecoratorOptions = {}): ActivityDecorator {
  return (target: object, method?: string, descriptor?: PropertyDescriptor): void => {
    if (method === undefined || descriptor === undefined) markClass(target as ActivityType, options);
    else markMethod(target, method, descriptor, options);
  };
}

function markMethod(
  target: object,
  method: string,
  descriptor: PropertyDescriptor,
  settings: ActivityDecoratorOptions,
): void {
  const { name = method, ...options } = settings;
  const { owner, isStatic } = ownerOf(target);
  const metadata: ActivityMetadata = { name, method, options, isStatic, isClass: false };
  addMemberMetadata(ACTIVITY_METADATA, owner, metadata);
  if (typeof descriptor.value === 'function') descriptor.value = wrapMethod(name, descriptor.value as AnyMethod);
}

function markClass(target: ActivityType, settings: ActivityDecoratorOptions): void {
  const { name = target.name, ...options } = settings;
  const metadata: ActivityMetadata = { name, method: EXECUTE_METHOD, options, isStatic: false, isClass: true };
  addMemberMetadata(ACTIVITY_METADATA, target, metadata);
  const prototype = target.prototype as Partial<Record<typeof EXECUTE_METHOD, AnyMethod>>;
  const execute = prototype.execute;
  if (typeof execute !== 'function') return;
  Object.defineProperty(prototype, EXECUTE_METHOD, {
    value: wrapMethod(name, execute),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
