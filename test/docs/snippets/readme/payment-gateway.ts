export class PaymentGateway {
  async charge(_amount: number, idempotencyKey: string): Promise<{ chargeId: string }> {
    return { chargeId: idempotencyKey };
  }

  async refund(_chargeId: string): Promise<void> {
    return undefined;
  }
}
