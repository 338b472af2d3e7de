import type { InstanceInfo, InstanceStatus } from '@romancy/nestjs';
import type { OrderResult } from './order.schemas.js';

/** Body of `GET /orders/:orderId`. */
export interface OrderView {
  readonly status: InstanceStatus;
  /** How far the order has come, in words. */
  readonly stage: string | null;
  readonly result: OrderResult | null;
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string } | null;
}

export function viewOf({ status, stage, result, error, cancelReason }: InstanceInfo<unknown, OrderResult>): OrderView {
  const shown = error ?? (status === 'cancelled' ? cancelled(cancelReason) : undefined);
  return {
    status,
    stage,
    result: result ?? null,
    error: shown ? { name: shown.name, code: shown.code ?? null, message: shown.message } : null,
  };
}

function cancelled(reason: string | null): { name: string; code: string; message: string } {
  return { name: 'Cancelled', code: 'CANCELLED', message: reason ?? 'The order was cancelled.' };
}
