/**
 * A booking that somebody has to approve. It waits for the decision about itself, for the guest who withdraws, and not for ever:
 *
 *   npm run ts examples/booking/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Activity,
  CompensationFor,
  defineEvent,
  RomancyModule,
  TerminalError,
  WaitTimeoutError,
  Workflow,
  WorkflowClient,
  WorkflowFailedError,
  type Compensated,
  type Duration,
  type WorkflowContext,
} from '@romancy/nestjs';

interface Booking {
  readonly bookingId: string;
  readonly nights: number;
  /** How long the room is held without a decision. */
  readonly heldFor: Duration;
}

const decided = defineEvent<{ bookingId: string; approved: boolean }>('booking.decided', {
  key: ({ bookingId }) => bookingId,
});
const withdrawn = defineEvent<{ bookingId: string }>('booking.withdrawn', { key: ({ bookingId }) => bookingId });

const held = new Set<string>();

@Injectable()
class RoomActivities {
  @Activity({ transactional: false })
  async hold(bookingId: string): Promise<void> {
    held.add(bookingId);
  }

  @CompensationFor('hold', { transactional: false })
  async release({ args: [bookingId] }: Compensated<RoomActivities['hold']>): Promise<void> {
    held.delete(bookingId);
    console.log(`  ${bookingId}: the room is free again`);
  }
}

@Workflow({ name: 'booking' })
class BookingWorkflow {
  constructor(private readonly rooms: RoomActivities) {}

  async run({ bookingId, nights, heldFor }: Booking, ctx: WorkflowContext<Booking>): Promise<string> {
    await this.rooms.hold(bookingId);
    ctx.setStage('waiting for a decision');
    const answer = await this.#answer(ctx, bookingId, heldFor);
    if (answer !== 'approved') throw new TerminalError(`The booking was ${answer}.`);
    return `${nights} nights booked`;
  }

  /** Whichever comes first; the waits that lose are withdrawn, with their deadlines. */
  async #answer(ctx: WorkflowContext<Booking>, key: string, timeout: Duration): Promise<string> {
    try {
      return await ctx.race([
        async (signal) => {
          const { data } = await ctx.waitEvent(decided, { key, timeout, signal });
          return data.approved ? 'approved' : 'rejected';
        },
        async (signal) => {
          await ctx.waitEvent(withdrawn, { key, signal });
          return 'withdrawn';
        },
      ]);
    } catch (error) {
      if (error instanceof WaitTimeoutError) return 'forgotten';
      throw error;
    }
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
  providers: [RoomActivities, BookingWorkflow],
})
class HotelModule {}

const app = await NestFactory.createApplicationContext(HotelModule, { logger: ['warn', 'error'] });
const workflows = app.get(WorkflowClient);

console.log('Four bookings wait, and hold a room each:');
const bookings = ['wanted', 'unwanted', 'regretted', 'ignored'];
for (const bookingId of bookings) {
  const heldFor = bookingId === 'ignored' ? '500ms' : '1h';
  await workflows.start(BookingWorkflow, { bookingId, nights: 3, heldFor }, { instanceId: bookingId });
}
while (held.size < bookings.length) await setTimeout(10);

const event = { source: '/reception' };
await workflows.deliver({ ...event, id: '1', type: decided.type, data: { bookingId: 'wanted', approved: true } });
await workflows.deliver({ ...event, id: '2', type: decided.type, data: { bookingId: 'unwanted', approved: false } });
await workflows.deliver({ ...event, id: '3', type: withdrawn.type, data: { bookingId: 'regretted' } });

const outcomes: Record<string, string> = {};
for (const bookingId of bookings) {
  try {
    outcomes[bookingId] = await workflows.handle(BookingWorkflow, bookingId).result({ timeout: '30s' });
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof Error)) throw error;
    outcomes[bookingId] = error.cause.message;
  }
}
console.log('Outcomes:', outcomes);
await app.close();

assert.deepEqual(outcomes, {
  wanted: '3 nights booked',
  unwanted: 'The booking was rejected.',
  regretted: 'The booking was withdrawn.',
  ignored: 'The booking was forgotten.',
});
assert.deepEqual([...held], ['wanted']);
