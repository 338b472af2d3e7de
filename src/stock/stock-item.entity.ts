import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How much of an article is left. */
@Entity('stock')
export class StockItem {
  @PrimaryColumn({ type: 'varchar', length: 100 })
  sku!: string;

  @Column({ type: 'int' })
  available!: number;
}
