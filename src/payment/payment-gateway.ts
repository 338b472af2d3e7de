import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository } from 'typeorm';
import { GatewayCall, type GatewayAnswer } from './gateway-call.entity.js';
import { GatewayCharge } from './gateway-charge.entity.js';

export class CardDeclinedError extends Error {
  override readonly name = 'CardDeclinedError';
}

export class GatewayUnavailableError extends Error {
  override readonly name = 'GatewayUnavailableError';
}

export interface ChargeRequest {
  readonly idempotencyKey: string;
  readonly amount: number;
  readonly email: string;
}

const SLOW_ANSWER_MS = 5_000;
const FLAKY_FAILURES = 2;

/**
 * Stands for a payment provider on the other side of the network. It notes every call, takes money once per idempotency key, and the local
 * part of the e-mail address decides what else happens: `declined@`, `flaky@` (fails twice) and `slow@` (charges, and answers 5 s later).
 */
@Injectable()
export class PaymentGateway {
  constructor(
    @InjectRepository(GatewayCall) private readonly calls: Repository<GatewayCall>,
    @InjectRepository(GatewayCharge) private readonly charges: Repository<GatewayCharge>,
  ) {}

  async charge({ idempotencyKey, amount, email }: ChargeRequest): Promise<{ chargeId: string }> {
    const [customer] = email.split('@');
    const earlier = await this.calls.countBy({ idempotencyKey, request: 'charge' });
    if (customer === 'declined') {
      await this.#note(idempotencyKey, 'charge', 'declined');
      throw new CardDeclinedError('The bank declined the card.');
    }
    if (customer === 'flaky' && earlier < FLAKY_FAILURES) {
      await this.#note(idempotencyKey, 'charge', 'unavailable');
      throw new GatewayUnavailableError('The payment gateway did not answer.');
    }
    await this.#note(idempotencyKey, 'charge', 'charged');
    const charge = { idempotencyKey, id: randomUUID(), amount, chargedAt: new Date().toISOString() };
    await this.charges.createQueryBuilder().insert().values(charge).orIgnore().execute();
    if (customer === 'slow') await setTimeout(SLOW_ANSWER_MS);
    const { id } = await this.charges.findOneByOrFail({ idempotencyKey });
    return { chargeId: id };
  }

  /** Gives back what was taken under this key; asked again, or where nothing was taken, it does nothing. */
  async refund(idempotencyKey: string): Promise<void> {
    const taken = { idempotencyKey, refundedAt: IsNull() };
    const { affected } = await this.charges.update(taken, { refundedAt: new Date().toISOString() });
    await this.#note(idempotencyKey, 'refund', affected === 1 ? 'refunded' : 'nothing to refund');
  }

  async #note(idempotencyKey: string, request: GatewayCall['request'], answer: GatewayAnswer): Promise<void> {
    const calledAt = new Date().toISOString();
    await this.calls.insert({ id: randomUUID(), idempotencyKey, request, answer, calledAt });
  }
}
