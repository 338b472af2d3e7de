import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The message that tells a customer that the order is on its way. */
@Entity('confirmations')
export class Confirmation {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'order_id', type: 'varchar', length: 200 })
  orderId!: string;

  @Column({ type: 'varchar', length: 254 })
  email!: string;

  @Column({ name: 'confirmed_at', type: 'varchar', length: 24 })
  confirmedAt!: string;
}
