import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A parcel that was handed to the carrier. */
@Entity('shipments')
export class Shipment {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'order_id', type: 'varchar', length: 200 })
  orderId!: string;

  @Column({ type: 'varchar', length: 100 })
  sku!: string;

  @Column({ type: 'int' })
  quantity!: number;

  @Column({ name: 'shipped_at', type: 'varchar', length: 24 })
  shippedAt!: string;
}
