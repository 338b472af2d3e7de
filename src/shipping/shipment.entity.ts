import { Column, Entity } from 'typeorm';
import { OrderLine } from '../orders/order-line.js';

/** A transport that the carrier has accepted. */
@Entity('shipments')
export class Shipment extends OrderLine {
  @Column({ name: 'shipped_at', type: 'varchar', length: 24 })
  shippedAt!: string;
}
