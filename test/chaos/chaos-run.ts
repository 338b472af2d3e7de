import { NestFactory } from '@nestjs/core';
import { RomancyModule, WorkflowClient } from '@romancy/nestjs';
import { eventually } from '../support/eventually.js';
import { Random } from '../support/random.js';
import { Customers } from './customers.js';
import { TroubledDatabase } from './database-trouble.js';
import { Fleet } from './fleet.js';
import { check, givenUp, isSettled, type Findings } from './ledger.js';
import type { ChaosOptions } from './options.js';
import { readRecords, type Records } from './records.js';
import { Troublemaker } from './troublemaker.js';

/** From the end of the trouble to the end of all work. */
const SETTLE_LIMIT_MS = 240_000;

export interface ChaosResult {
  readonly findings: Findings;
  readonly figures: Readonly<Record<string, number>>;
  /** What the processes have printed. */
  readonly outputs: readonly string[];
}

export async function runChaos({ database: kind, seconds, seed, workers }: ChaosOptions): Promise<ChaosResult> {
  const database = await TroubledDatabase.on(kind);
  const fleet = new Fleet(database.addresses);
  try {
    await fleet.open(workers);
    // Starts and publishes, and runs nothing.
    const application = await NestFactory.createApplicationContext(
      RomancyModule.forRoot({ database: database.database.url, worker: false }),
      { logger: false },
    );
    try {
      // Courses of chance of their own, so that each repeats whatever the other one does.
      const customers = new Customers(new Random(seed), fleet, application.get(WorkflowClient));
      const troublemaker = new Troublemaker(new Random(seed + 1), fleet, database);
      const until = Date.now() + seconds * 1_000;
      await Promise.all([customers.run(until), troublemaker.run(until)]);
      const healed = Date.now();
      await fleet.complete();
      await customers.served();
      const asked = { orders: customers.accepted, parcels: customers.parcels, pauses: fleet.pauses };
      const records = await settled(database, (found) => isSettled(found, asked));
      const figures = {
        orders: customers.accepted.size,
        decisions: customers.decisions,
        parcels: customers.parcels.size,
        repeated: customers.repeated,
        ...troublemaker.deeds,
        ...database.troubles,
        givenUp: givenUp(records, asked),
        settledMs: Date.now() - healed,
      };
      return { findings: check(records, asked), figures, outputs: fleet.outputs };
    } finally {
      await application.close();
    }
  } finally {
    await fleet.close();
    await database.close();
  }
}

/** The records when everything is done, or when it takes too long. */
async function settled({ database }: TroubledDatabase, isDone: (records: Records) => boolean): Promise<Records> {
  const connection = await database.connect();
  try {
    const look = async (): Promise<boolean> => isDone(await readRecords(connection));
    await eventually('everything is done', look, { within: SETTLE_LIMIT_MS, every: 500 }).catch(() => undefined);
    return await readRecords(connection);
  } finally {
    await connection.destroy();
  }
}
