/**
 * A timer is a row in the database: it holds no worker while it runs, it outlives the process, and it never fires early:
 *
 *   npm run ts examples/timer/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule, Workflow, WorkflowClient, type Duration, type WorkflowContext } from '@romancy/nestjs';

@Workflow({ name: 'egg' })
class EggWorkflow {
  async run(softFor: Duration, ctx: WorkflowContext<Duration>): Promise<Date> {
    ctx.setStage('in the water');
    await ctx.sleep(softFor);
    return ctx.now();
  }
}

@Module({})
class KitchenModule {
  static on(database: string): DynamicModule {
    return { module: KitchenModule, imports: [RomancyModule.forRoot({ database })], providers: [EggWorkflow] };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'romancy-timer-'));
const open = (): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(KitchenModule.on(join(folder, 'workflow.db')), { logger: ['warn', 'error'] });

const first = await open();
const started = Date.now();
const ids = ['egg-1', 'egg-2', 'egg-3'];
for (const instanceId of ids) await first.get(WorkflowClient).start(EggWorkflow, '2s', { instanceId });
while ((await first.get(WorkflowClient).handle('egg-3').status()) !== 'waiting_for_timer') await setTimeout(10);
const statuses = await Promise.all(ids.map((id) => first.get(WorkflowClient).handle(id).status()));
console.log('Three eggs are in the water, and the cook leaves the kitchen:', statuses);
await first.close();

console.log('Another cook comes in:');
const second = await open();
const ready = await Promise.all(ids.map((id) => second.get(WorkflowClient).handle(EggWorkflow, id).result()));
for (const [index, at] of ready.entries()) console.log(`  ${ids[index]} was ready after ${at.getTime() - started} ms`);
await second.close();
await rm(folder, { recursive: true });

assert.deepEqual(statuses, Array(3).fill('waiting_for_timer'));
for (const at of ready) assert.ok(at.getTime() - started >= 2_000, 'no egg is soft before its time');
