/** What a customer wants, as the workflow takes it. */
export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
  readonly email: string;
}

/** An order is started once, however often it is posted. */
export function instanceIdOf(orderId: string): string {
  return `order-${orderId}`;
}
