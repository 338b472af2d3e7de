import { z } from 'zod';

/** What a completed order has led to. */
export const orderResult = z.object({
  orderId: z.string(),
  reservationId: z.string().describe('Reservation of the goods'),
  chargeId: z.string().describe('Charge of the card'),
  shipmentId: z.string(),
  confirmationId: z.string().describe('Confirmation that the customer was sent'),
});

export type OrderResult = z.infer<typeof orderResult>;
