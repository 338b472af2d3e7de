import type { Compensated, CompensatedInDoubt } from '../interfaces/compensated.interface.js';
import type { CompensationForOptions } from '../interfaces/activity-options.interface.js';
import type { CompensationMetadata } from '../interfaces/metadata.interface.js';
import { COMPENSATION_METADATA } from '../romancy.constants.js';
import { addMemberMetadata, ownerOf } from './member-metadata.js';

type ActivityMethod = (...args: never[]) => Promise<unknown>;

type Call<F extends ActivityMethod, Options> = Options extends { readonly inDoubt: true }
  ? CompensatedInDoubt<F>
  : Compensated<F>;

/**
 * Marks the method that undoes an activity of the same class. It is registered in the transaction that records the activity's success and is
 * called, last registered first, when the instance fails or is cancelled, with a retry policy and a history row of its own. One that fails for
 * good is reported in the outcome; the others go on.
 *
 * The name of the activity and the type of the parameter are checked against the class by the compiler.
 *
 * @param activity Method of the same class that is marked `@Activity()`; `'execute'` for a class marked so.
 * @example
 * ```ts
 * @CompensationFor('charge', { retry: { maxAttempts: Infinity, maxInterval: '5m' } })
 * async refund({ result }: Compensated<PaymentActivities['charge']>): Promise<void> {
 *   await this.gateway.refund(result.chargeId);
 * }
 * ```
 */
export function CompensationFor<
  const Name extends string,
  const Options extends CompensationForOptions = CompensationForOptions,
>(
  activity: Name,
  options?: Options,
): <T extends Record<Name, ActivityMethod>, F extends (call: Call<T[Name], Options>) => Promise<unknown>>(
  target: T,
  method: string,
  descriptor: TypedPropertyDescriptor<F>,
) => void {
  return (target, method) => {
    const { name, inDoubt = false, ...rest }: CompensationForOptions = options ?? {};
    const { owner, isStatic } = ownerOf(target);
    const metadata: CompensationMetadata = { name, inDoubt, method, isStatic, activityMethod: activity, options: rest };
    addMemberMetadata(COMPENSATION_METADATA, owner, metadata);
  };
}
