import { TerminalError, WaitTimeoutError, type Duration, type WorkflowContext } from '@romancy/nestjs';
import type { Order } from './order.js';
import { orderDecided } from './order-decided.js';

/** Orders of a greater amount are looked at by somebody. */
const APPROVAL_LIMIT = 1_000;

export function needsApproval({ amount }: Order): boolean {
  return amount > APPROVAL_LIMIT;
}

/** Parks the order until somebody has decided about it; an order that is not approved in time is rejected. */
export async function approval(ctx: WorkflowContext<Order>, { orderId }: Order, timeout: Duration): Promise<void> {
  try {
    const { data } = await ctx.waitEvent(orderDecided, { key: orderId, timeout });
    if (data.decision === 'rejected') throw rejection(data.reason ?? 'The order was rejected.');
  } catch (error) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    throw rejection(`Nobody has approved the order until ${error.deadline.toISOString()}.`);
  }
}

function rejection(message: string): TerminalError {
  return new TerminalError(message, { code: 'REJECTED' });
}
