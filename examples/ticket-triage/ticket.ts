import { z } from 'zod';

export interface Ticket {
  readonly ticketId: string;
  readonly customerId: string;
  readonly text: string;
}

/** What the model makes of a ticket at first sight. */
export const Triage = z.object({
  topic: z.enum(['delivery', 'refund', 'other']),
  urgency: z.enum(['low', 'normal', 'high']),
});

/** What is to be done, read off the conversation of the agent. */
export const Decision = z.object({
  refund: z.number().describe('Amount to pay back; 0 for none'),
  reply: z.string().describe('Text of the answer to the customer'),
});

export interface Outcome {
  readonly triage: z.infer<typeof Triage>;
  readonly refunded: number;
  /** Null where nobody had to be asked. */
  readonly decidedBy: string | null;
  readonly reply: string;
  readonly modelCalls: number;
  readonly tokens: number;
}
