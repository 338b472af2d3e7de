import { Module } from '@nestjs/common';
import { PaymentModule } from '../payment/payment.module.js';
import { ShippingModule } from '../shipping/shipping.module.js';
import { StockModule } from '../stock/stock.module.js';
import { OrderWorkflow } from './order.workflow.js';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [StockModule, PaymentModule, ShippingModule],
  controllers: [OrdersController],
  providers: [OrderWorkflow],
})
export class OrdersModule {}
