/** What a customer wants, as the workflow takes it. */
export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
  readonly email: string;
}

/** What a completed order has led to. */
export interface OrderResult {
  readonly orderId: string;
  readonly reservationId: string;
  readonly chargeId: string;
  readonly shipmentId: string;
  readonly confirmationId: string;
}

/** An order is started once, however often it is posted. */
export function instanceIdOf(orderId: string): string {
  return `order-${orderId}`;
}
