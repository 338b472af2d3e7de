import { defineEvent } from '@romancy/nestjs';
import { z } from 'zod';

const decision = z.object({
  orderId: z.string().min(1),
  decision: z.enum(['approved', 'rejected']),
  reason: z.string().max(500).optional(),
});

/** Somebody has looked at an expensive order. `POST /events` refuses what is not of this form, and wakes the one order that it is about. */
export const orderDecided = defineEvent('order.decided', { schema: decision, key: ({ orderId }) => orderId });
