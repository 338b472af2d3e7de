/**
 * What fails is tried again, as its retry policy says: until it works, until the attempts are used up, or not at all:
 *
 *   npm run ts examples/retry/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Activity,
  ActivityContext,
  RetryExhaustedError,
  RomancyModule,
  TerminalError,
  Workflow,
  WorkflowClient,
  retry,
} from '@romancy/nestjs';

type Weather = 'clearing up' | 'stormy' | 'no sea';

const attempts: Record<Weather, number> = { 'clearing up': 0, stormy: 0, 'no sea': 0 };

@Injectable()
class FerryActivities {
  constructor(private readonly activity: ActivityContext) {}

  @Activity({ transactional: false, retry: retry.exponential({ maxAttempts: 4, initialInterval: '50ms' }) })
  async cross(weather: Weather): Promise<string> {
    const { attempt, idempotencyKey } = this.activity;
    attempts[weather] = attempt;
    console.log(`  attempt ${attempt} of ${idempotencyKey}`);
    if (weather === 'no sea') throw new TerminalError('There is no sea to cross.');
    if (weather === 'stormy' || attempt < 3) throw new Error('The sea is too rough.');
    return 'arrived';
  }
}

@Workflow({ name: 'crossing' })
class CrossingWorkflow {
  constructor(private readonly ferry: FerryActivities) {}

  /** A final failure arrives as an ordinary error, the same one in every replay. */
  async run(weather: Weather): Promise<string> {
    try {
      return await this.ferry.cross(weather);
    } catch (error) {
      if (error instanceof RetryExhaustedError) return `stayed at home after ${error.attempts} attempts`;
      if (error instanceof TerminalError) return `turned round: ${error.message}`;
      throw error;
    }
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
  providers: [FerryActivities, CrossingWorkflow],
})
class FerryModule {}

const app = await NestFactory.createApplicationContext(FerryModule, { logger: ['warn', 'error'] });
const outcomes: Record<string, string> = {};
for (const weather of ['clearing up', 'stormy', 'no sea'] as const) {
  console.log(`Crossing, ${weather}:`);
  const instanceId = `crossing-${weather}`;
  outcomes[weather] = await app.get(WorkflowClient).execute(CrossingWorkflow, weather, { instanceId });
  console.log(`  ${outcomes[weather]}`);
}
await app.close();

assert.deepEqual(outcomes, {
  'clearing up': 'arrived',
  stormy: 'stayed at home after 4 attempts',
  'no sea': 'turned round: There is no sea to cross.',
});
assert.deepEqual(attempts, { 'clearing up': 3, stormy: 4, 'no sea': 1 });
