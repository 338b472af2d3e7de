import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money that was taken: at most once for an idempotency key. */
@Entity('gateway_charges')
export class GatewayCharge {
  @PrimaryColumn({ name: 'idempotency_key', type: 'varchar', length: 300 })
  idempotencyKey!: string;

  @Column({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'double precision' })
  amount!: number;

  @Column({ name: 'charged_at', type: 'varchar', length: 24 })
  chargedAt!: string;

  @Column({ name: 'refunded_at', type: 'varchar', length: 24, nullable: true })
  refundedAt!: string | null;
}
