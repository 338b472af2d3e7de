import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GatewayCall } from './gateway-call.entity.js';
import { GatewayCharge } from './gateway-charge.entity.js';
import { PaymentGateway } from './payment-gateway.js';
import { PaymentActivities } from './payment.activities.js';

@Module({
  imports: [TypeOrmModule.forFeature([GatewayCall, GatewayCharge])],
  providers: [PaymentActivities, PaymentGateway],
  exports: [PaymentActivities],
})
export class PaymentModule {}
