import { WaitTimeoutError, Workflow, type WorkflowContext } from '@romancy/nestjs';
import { printable } from '../payload.js';
import { within } from './subscriber.workflow.js';

export interface EventWait {
  readonly type: string;
  readonly count: number;
  readonly timeout: number | null;
}

export interface HeardEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly timeout: boolean;
}

@Workflow({ name: 'interop_wait_event' })
export class EventWaiterWorkflow {
  async run({ type, count, timeout }: EventWait, ctx: WorkflowContext<EventWait>): Promise<HeardEvents> {
    const events: Readonly<Record<string, unknown>>[] = [];
    try {
      while (events.length < count) {
        const event = await ctx.waitEvent(type, within(timeout));
        events.push({
          id: event.id,
          type: event.type,
          source: event.source,
          time: event.time?.toISOString() ?? null,
          subject: event.subject ?? null,
          extensions: event.extensions,
          data: printable(event.data),
        });
      }
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
      return { events, timeout: true };
    }
    return { events, timeout: false };
  }
}
