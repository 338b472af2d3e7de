import { Column, Entity } from 'typeorm';
import { OrderLine } from '../orders/order-line.js';

/** A parcel that was handed to the carrier. */
@Entity('shipments')
export class Shipment extends OrderLine {
  @Column({ name: 'shipped_at', type: 'varchar', length: 24 })
  shippedAt!: string;
}
