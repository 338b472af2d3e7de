import { Column, Entity } from 'typeorm';
import { OrderLine } from '../orders/order-line.js';

/** Articles that are set aside for an order. */
@Entity('reservations')
export class Reservation extends OrderLine {
  @Column({ name: 'released_at', type: 'varchar', length: 24, nullable: true })
  releasedAt!: string | null;
}
