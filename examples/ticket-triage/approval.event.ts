import { defineEvent } from '@romancy/nestjs';
import { z } from 'zod';

const Approval = z.object({ ticketId: z.string(), isApproved: z.boolean(), by: z.string() });

export type Approval = z.infer<typeof Approval>;

/** What a supervisor decides about money: from a form, a chat, or `POST /events`. */
export const refundDecided = defineEvent<Approval>('refund.decided', {
  key: ({ ticketId }) => ticketId,
  schema: Approval,
});
