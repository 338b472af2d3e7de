/**
 * A counter that lives for ever: each number begins a new generation, so that its history stays as short as on the first day:
 *
 *   npm run ts examples/counter/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineChannel, RomancyModule, Workflow, WorkflowClient, type WorkflowContext } from '@romancy/nestjs';

const add = defineChannel<number | 'stop'>('add', { mode: 'direct' });

@Workflow({ name: 'counter' })
class CounterWorkflow {
  async run(sum: number, ctx: WorkflowContext<number>): Promise<number> {
    const { data } = await ctx.receive(add);
    return data === 'stop' ? sum : ctx.recur(sum + data);
  }
}

@Module({ imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })], providers: [CounterWorkflow] })
class CounterModule {}

const app = await NestFactory.createApplicationContext(CounterModule, { logger: ['warn', 'error'] });
const workflows = app.get(WorkflowClient);

const counter = await workflows.start(CounterWorkflow, 0, { instanceId: 'counter' });
for (let number = 1; number <= 100; number += 1) await workflows.sendTo('counter', add, number);
await workflows.sendTo('counter', add, 'stop');

// The first id stands for the whole chain.
const sum = await counter.result({ timeout: '60s' });
const { instances } = await workflows.list({ workflowName: 'counter', limit: 200 });
const recurred = instances.filter(({ status }) => status === 'recurred');
console.log(`1 to 100 are ${sum}, in ${instances.length} generations`);
await app.close();

assert.equal(sum, 5050);
assert.equal(instances.length, 101);
assert.equal(recurred.length, 100);
