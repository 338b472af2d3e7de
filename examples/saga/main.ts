/**
 * A journey is booked in three steps. The third one fails, so the first two are undone, the last one first:
 *
 *   npm run ts examples/saga/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Activity,
  CompensationFor,
  RomancyModule,
  TerminalError,
  Workflow,
  WorkflowClient,
  WorkflowFailedError,
  type Compensated,
} from '@romancy/nestjs';

interface Journey {
  readonly traveller: string;
  readonly to: string;
  readonly car: 'small' | 'limousine';
}

const diary: string[] = [];
function note(line: string): void {
  diary.push(line);
  console.log(`  ${line}`);
}

@Injectable()
class FlightActivities {
  @Activity({ transactional: false })
  async bookFlight(to: string): Promise<{ seat: string }> {
    note(`book a flight to ${to}`);
    return { seat: '12A' };
  }

  @CompensationFor('bookFlight', { transactional: false })
  async cancelFlight({ args: [to], result }: Compensated<FlightActivities['bookFlight']>): Promise<void> {
    note(`cancel the flight to ${to}, seat ${result.seat}`);
  }
}

@Injectable()
class HotelActivities {
  @Activity({ transactional: false })
  async bookHotel(city: string): Promise<{ room: number }> {
    note(`book a hotel in ${city}`);
    return { room: 407 };
  }

  @CompensationFor('bookHotel', { transactional: false })
  async cancelHotel({ result }: Compensated<HotelActivities['bookHotel']>): Promise<void> {
    note(`cancel the hotel, room ${result.room}`);
  }
}

@Injectable()
class CarActivities {
  @Activity({ transactional: false })
  async rentCar(kind: Journey['car']): Promise<{ plate: string }> {
    note(`rent a ${kind} car`);
    if (kind === 'limousine') throw new TerminalError('No limousine is left.', { code: 'NO_CAR' });
    return { plate: 'RO 1 NY' };
  }
}

@Workflow({ name: 'journey' })
class JourneyWorkflow {
  constructor(
    private readonly flights: FlightActivities,
    private readonly hotels: HotelActivities,
    private readonly cars: CarActivities,
  ) {}

  async run({ to, car }: Journey): Promise<string> {
    const { seat } = await this.flights.bookFlight(to);
    const { room } = await this.hotels.bookHotel(to);
    const { plate } = await this.cars.rentCar(car);
    return `seat ${seat}, room ${room}, car ${plate}`;
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
  providers: [FlightActivities, HotelActivities, CarActivities, JourneyWorkflow],
})
class JourneyModule {}

const app = await NestFactory.createApplicationContext(JourneyModule, { logger: ['warn', 'error'] });
const workflows = app.get(WorkflowClient);

console.log('A journey that works out:');
const result = await workflows.execute(JourneyWorkflow, { traveller: 'Ada', to: 'Lisbon', car: 'small' });
console.log(`  booked: ${result}`);

console.log('A journey that does not:');
diary.length = 0;
const handle = await workflows.start(JourneyWorkflow, { traveller: 'Ada', to: 'Oslo', car: 'limousine' });
const error: unknown = await handle.result().catch((reason: unknown) => reason);
const { status } = await handle.get();
console.log(`  ${status}: ${String(error instanceof Error ? error.cause : error)}`);
await app.close();

assert.equal(result, 'seat 12A, room 407, car RO 1 NY');
assert.ok(error instanceof WorkflowFailedError);
assert.ok(error.cause instanceof TerminalError, 'the error is what the activity threw');
assert.equal(error.cause.code, 'NO_CAR');
assert.equal(status, 'failed');
assert.deepEqual(diary, [
  'book a flight to Oslo',
  'book a hotel in Oslo',
  'rent a limousine car',
  'cancel the hotel, room 407',
  'cancel the flight to Oslo, seat 12A',
]);
