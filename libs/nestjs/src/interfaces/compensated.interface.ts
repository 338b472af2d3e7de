import type { CompensationCall } from '@romancy/core';

type Method = (...args: never[]) => Promise<unknown>;

/**
 * What a compensation is called with: `args` and `result` of the activity that is undone, `inDoubt`, and the `idempotencyKey` that the
 * activity was handed.
 *
 * @example
 * ```ts
 * @CompensationFor('charge')
 * async refund({ result }: Compensated<PaymentActivities['charge']>) {
 *   await this.gateway.refund(result.chargeId);
 * }
 * ```
 */
export type Compensated<F extends Method> = CompensationCall<Parameters<F>, Awaited<ReturnType<F>>>;

/**
 * As {@link Compensated}, for a compensation declared with `inDoubt: true`: `result` is undefined when `inDoubt` is true.
 *
 * @example
 * ```ts
 * @CompensationFor('charge', { inDoubt: true })
 * async refund({ result, idempotencyKey }: CompensatedInDoubt<PaymentActivities['charge']>) {
 *   await this.gateway.refund(result?.chargeId ?? (await this.gateway.find(idempotencyKey)));
 * }
 * ```
 */
export type CompensatedInDoubt<F extends Method> = CompensationCall<Parameters<F>, Awaited<ReturnType<F>> | undefined>;
