import { Workflow, type WorkflowContext } from '@romancy/nestjs';
import { PaymentActivities } from '../payment/payment.activities.js';
import { ShippingActivities } from '../shipping/shipping.activities.js';
import { StockActivities } from '../stock/stock.activities.js';
import type { Order } from './order.js';
import { orderResult, type OrderResult } from './order.schemas.js';
import { PlaceOrder } from './place-order.dto.js';

/** Reserve, charge, ship, confirm. When a step fails for good, what was done before it is undone, the last first. */
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
  ) {}

  async run(order: Order, ctx: WorkflowContext<Order>): Promise<OrderResult> {
    const { orderId, sku, quantity, amount, email } = order;
    ctx.setStage('accepted');

    const { reservationId } = await this.stock.reserve(orderId, sku, quantity);
    ctx.setStage('reserved');
    ctx.logger.info(`${quantity} of ${sku} reserved`);

    const { chargeId } = await this.payment.charge(amount, email);
    ctx.setStage('charged');
    ctx.logger.info(`${amount} charged`);

    const { shipmentId } = await this.shipping.ship({ orderId, sku, quantity, email });
    ctx.setStage('shipped');
    ctx.logger.info('shipped');

    const { confirmationId } = await this.shipping.confirm(orderId, email);
    ctx.setStage('confirmed');
    ctx.logger.info(`confirmed to ${email}`);

    return { orderId, reservationId, chargeId, shipmentId, confirmationId };
  }
}
