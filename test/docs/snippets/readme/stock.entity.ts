import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity()
export class Stock {
  @PrimaryColumn('text')
  sku!: string;

  @Column('int')
  available!: number;
}
