import { WaitTimeoutError, Workflow, type ChannelMode, type WorkflowContext } from '@romancy/nestjs';
import { printable } from '../payload.js';
import { Steps } from '../steps.activities.js';

export interface Subscription {
  readonly channel: string;
  readonly mode: ChannelMode;
  readonly count: number;
  /** Seconds for each message; null waits for ever. */
  readonly timeout: number | null;
  /** Seconds asleep between the subscription and the first message. */
  readonly busy: number;
}

export interface Heard {
  readonly messages: readonly { id: string; channel: string; data: unknown; metadata: unknown }[];
  readonly timeout: boolean;
}

@Workflow({ name: 'interop_subscribe' })
export class SubscriberWorkflow {
  constructor(private readonly steps: Steps) {}

  async run(input: Subscription, ctx: WorkflowContext<Subscription>): Promise<Heard> {
    const { channel, mode, count, timeout, busy } = input;
    const messages: Heard['messages'][number][] = [];
    await ctx.subscribe(channel, mode);
    await this.steps.note('subscribed');
    if (busy > 0) await ctx.sleep(busy * 1000);
    try {
      while (messages.length < count) {
        const { id, channel: heardOn, data, metadata } = await ctx.receive(channel, within(timeout));
        messages.push({ id, channel: heardOn, data: printable(data), metadata });
      }
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
      return { messages, timeout: true };
    }
    await this.steps.note('received');
    return { messages, timeout: false };
  }
}

/** The option of a wait of so many seconds. */
export function within(seconds: number | null): { readonly timeout?: number } {
  return seconds === null ? {} : { timeout: seconds * 1000 };
}
