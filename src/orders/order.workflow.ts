import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { Configuration } from '../configuration/configuration.js';
import { PaymentActivities } from '../payment/payment.activities.js';
import { parcels } from '../shipping/parcels.js';
import { ShippingActivities } from '../shipping/shipping.activities.js';
import { StockActivities } from '../stock/stock.activities.js';
import { approval, needsApproval } from './approval.js';
import type { Order } from './order.js';
import { orderResult, type OrderResult } from './order.schemas.js';
import { PlaceOrder } from './place-order.dto.js';

/** Reserve, have it approved where it is expensive, charge, ship, confirm. When a step fails for good, what was done before it is undone. */
@Workflow({
  name: 'order_workflow',
  input: PlaceOrder,
  output: orderResult,
  mcp: {
    description: 'Places an order: reserves the goods, charges the card, ships and confirms, or undoes all of it.',
  },
})
export class OrderWorkflow {
  constructor(
    private readonly stock: StockActivities,
    private readonly payment: PaymentActivities,
    private readonly shipping: ShippingActivities,
    private readonly configuration: Configuration,
  ) {}

  async run(order: Order, ctx: WorkflowContext<Order>): Promise<OrderResult> {
    const { orderId, sku, quantity, amount, email } = order;
    ctx.setStage('accepted');

    const { reservationId } = await this.stock.reserve(orderId, sku, quantity);
    ctx.setStage('reserved');
    ctx.logger.info(`${quantity} of ${sku} reserved`);

    if (needsApproval(order)) {
      ctx.setStage('awaiting approval');
      await approval(ctx, order, this.configuration.approvalTimeout);
      ctx.setStage('approved');
      ctx.logger.info('approved');
    }

    const { chargeId } = await this.payment.charge(amount, email);
    ctx.setStage('charged');
    ctx.logger.info(`${amount} charged`);

    const { shipmentId } = await this.shipping.ship({ orderId, sku, quantity, email });
    ctx.setStage('shipped');
    ctx.logger.info('shipped');

    const { confirmationId } = await this.shipping.confirm(orderId, email);
    ctx.setStage('confirmed');
    ctx.logger.info(`confirmed to ${email}`);

    // Stored with the end of the order: no parcel leaves for one that fails, and none is forgotten.
    await ctx.publish(parcels, { shipmentId, orderId, sku, quantity });
    return { orderId, reservationId, chargeId, shipmentId, confirmationId };
  }
}
