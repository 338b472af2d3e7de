import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Articles that are set aside for an order. */
@Entity('reservations')
export class Reservation {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'order_id', type: 'varchar', length: 200 })
  orderId!: string;

  @Column({ type: 'varchar', length: 100 })
  sku!: string;

  @Column({ type: 'int' })
  quantity!: number;

  @Column({ name: 'released_at', type: 'varchar', length: 24, nullable: true })
  releasedAt!: string | null;
}
