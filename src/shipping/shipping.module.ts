import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Confirmation } from './confirmation.entity.js';
import { Dispatch } from './dispatch.entity.js';
import { Shipment } from './shipment.entity.js';
import { ShippingCrew } from './shipping-crew.js';
import { ShippingWorkerWorkflow } from './shipping-worker.workflow.js';
import { ShippingActivities } from './shipping.activities.js';
import { WarehouseActivities } from './warehouse.activities.js';

@Module({
  imports: [TypeOrmModule.forFeature([Shipment, Confirmation, Dispatch])],
  providers: [ShippingActivities, WarehouseActivities, ShippingWorkerWorkflow, ShippingCrew],
  exports: [ShippingActivities],
})
export class ShippingModule {}
