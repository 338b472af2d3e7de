import { Column, PrimaryColumn } from 'typeorm';

/** What every record of goods of an order has. */
export abstract class OrderLine {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'order_id', type: 'varchar', length: 200 })
  orderId!: string;

  @Column({ type: 'varchar', length: 100 })
  sku!: string;

  @Column({ type: 'int' })
  quantity!: number;
}
