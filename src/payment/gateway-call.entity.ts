import { Column, Entity, PrimaryColumn } from 'typeorm';

export type GatewayAnswer = 'charged' | 'declined' | 'unavailable' | 'refunded' | 'nothing to refund';

/** One request that reached the gateway, and what it answered. */
@Entity('gateway_calls')
export class GatewayCall {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'idempotency_key', type: 'varchar', length: 300 })
  idempotencyKey!: string;

  @Column({ type: 'varchar', length: 10 })
  request!: 'charge' | 'refund';

  @Column({ type: 'varchar', length: 20 })
  answer!: GatewayAnswer;

  @Column({ name: 'called_at', type: 'varchar', length: 24 })
  calledAt!: string;
}
