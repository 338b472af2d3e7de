import { Injectable } from '@nestjs/common';
import { Activity, ActivityContext, CompensationFor, TerminalError, type CompensatedInDoubt } from '@romancy/nestjs';
import { CardDeclinedError, PaymentGateway } from './payment-gateway.js';

/** Not transactional: the gateway is elsewhere. It may be called twice, and charges once for an idempotency key. */
@Injectable()
export class PaymentActivities {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly activity: ActivityContext,
  ) {}

  @Activity({ transactional: false, timeout: '30s', retry: { maxAttempts: 5, initialInterval: '500ms' } })
  async charge(amount: number, email: string): Promise<{ chargeId: string }> {
    try {
      return await this.gateway.charge({ idempotencyKey: this.activity.idempotencyKey, amount, email });
    } catch (error) {
      if (!(error instanceof CardDeclinedError)) throw error;
      throw new TerminalError(error.message, { code: 'CARD_DECLINED', cause: error });
    }
  }

  @CompensationFor('charge', { transactional: false, inDoubt: true })
  async refund({ idempotencyKey }: CompensatedInDoubt<PaymentActivities['charge']>): Promise<void> {
    await this.gateway.refund(idempotencyKey);
  }
}
