import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EngineHost, RomancyModule, WorkflowClient, type WorkflowHandle } from '@romancy/nestjs';
import { inLanes } from '../../lanes.js';
import type { Peer, PeerSetup } from '../../peer.js';
import { connect, countStored } from '../../sql/connection.js';
import { COUNTS } from '../../sql/statements.js';
import { until } from '../../until.js';
import { Activities } from './activities.js';
import { Business, Counter, Five, Sleep, Slow, Subscriber, Wait } from './workflows.js';

const STARTERS = 100;
/** Connections for activities: as many transactions as two cores can work on. More of them get in each other's way. */
const APPLICATION_CONNECTIONS = 20;

/** The public API in a Nest application: decorated classes, WorkflowClient, durable settings. */
export async function romancyPeer({ db, url, clientOnly = false }: PeerSetup): Promise<Peer> {
  let statements = 0;
  @Module({
    imports: [
      RomancyModule.forRoot({
        database: url,
        worker: !clientOnly,
        maxConcurrentInstances: 1000,
        maxConcurrentActivities: 1000,
        historyWarnRows: 20_000,
        storage: { applicationPoolSize: APPLICATION_CONNECTIONS, onStatement: () => (statements += 1) },
      }),
    ],
    providers: [Activities, Five, Business, Slow, Wait, Sleep, Subscriber, Counter],
  })
  class BenchModule {}

  const application = await NestFactory.createApplicationContext(BenchModule, { logger: ['error', 'warn'] });
  const client = application.get(WorkflowClient);
  const activities = application.get(Activities);
  const scan = application.get(EngineHost).engine.loops.find(({ name }) => name === 'romancy:resume');
  const rows = await connect(db, url);
  const numberOf = async (sql: string): Promise<number> => Number((await rows.query(sql))[0]?.['n']);
  let subscribers: WorkflowHandle<number>[] = [];
  return {
    five: (input) => client.execute(Five, input),
    stored: () => countStored(db, url),
    close: async () => {
      await rows.close();
      await application.close();
    },
    business: (input) => client.execute(Business, input),
    startWait: async (id, steps) => {
      const handle = await client.start(Wait, steps, { instanceId: id });
      await until(`${id} waits`, async () => (await handle.status()) === 'waiting_for_message', { every: 1 });
    },
    sendEvent: async (id, payload) => {
      await client.deliver({ id: randomUUID(), source: '/bench', type: 'bench.go', subject: id, data: payload });
    },
    waitResult: (id) => client.handle(Wait, id).result(),
    sleep: (ms) => client.execute(Sleep, ms),
    subscribe: async (count) => {
      subscribers = [];
      await inLanes(count, STARTERS, async () => subscribers.push(await client.start(Subscriber, undefined)));
      await until('all subscribers wait', async () => (await numberOf(COUNTS.waiting)) >= count);
    },
    publish: async () => {
      const results = Promise.all(subscribers.map((subscriber) => subscriber.result()));
      await client.publish('news', 1);
      await results;
    },
    startSlow: async (count, ms) => {
      await inLanes(count, STARTERS, () => client.start(Slow, ms));
      await until('all are in their second activity', () => activities.bodies >= 2 * count, { every: 1 });
    },
    recur: (generations) => client.execute(Counter, { at: 0, left: generations }),
    list: async () => (await client.list({ limit: 50 })).instances.length,
    scan: async () => {
      await scan?.tick();
    },
    statements: async () => statements,
    bodies: async () => activities.bodies,
  };
}
