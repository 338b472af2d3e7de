import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Activity, RomancyModule, Workflow, WorkflowClient } from '@romancy/nestjs';
import type { DatabaseKind } from '../databases.js';
import type { FiveInput, Peer } from '../peer.js';
import { countStored } from './stored.js';

@Injectable()
class Numbers {
  @Activity()
  n(k: number): Promise<{ n: number }> {
    return Promise.resolve({ n: k });
  }
}

@Workflow({ name: 'five' })
class Five {
  constructor(private readonly numbers: Numbers) {}

  async run({ steps }: FiveInput): Promise<number> {
    let sum = 0;
    for (let k = 1; k <= steps; k += 1) sum += (await this.numbers.n(k)).n;
    return sum;
  }
}

/** The public API in a Nest application: decorated classes, WorkflowClient, durable settings. */
export async function romancyPeer(kind: DatabaseKind, url: string): Promise<Peer> {
  @Module({
    imports: [RomancyModule.forRoot({ database: url, maxConcurrentInstances: 1000, maxConcurrentActivities: 1000 })],
    providers: [Five, Numbers],
  })
  class BenchModule {}

  const application = await NestFactory.createApplicationContext(BenchModule, { logger: ['error', 'warn'] });
  const client = application.get(WorkflowClient);
  return {
    five: (input) => client.execute(Five, input),
    stored: () => countStored(kind, url),
    close: () => application.close(),
  };
}
