import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Confirmation } from './confirmation.entity.js';
import { Shipment } from './shipment.entity.js';
import { ShippingActivities } from './shipping.activities.js';

@Module({
  imports: [TypeOrmModule.forFeature([Shipment, Confirmation])],
  providers: [ShippingActivities],
  exports: [ShippingActivities],
})
export class ShippingModule {}
