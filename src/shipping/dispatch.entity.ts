import { Column, Entity } from 'typeorm';
import { OrderLine } from '../orders/order-line.js';

/** A parcel that has left the house. */
@Entity('dispatches')
export class Dispatch extends OrderLine {
  @Column({ name: 'shipment_id', type: 'varchar', length: 36 })
  shipmentId!: string;

  @Column({ type: 'varchar', length: 100 })
  worker!: string;

  @Column({ name: 'dispatched_at', type: 'varchar', length: 24 })
  dispatchedAt!: string;
}
