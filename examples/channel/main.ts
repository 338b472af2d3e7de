/**
 * The three ways to read a channel: everybody hears a broadcast, one worker gets a job, and a direct message is for one instance:
 *
 *   npm run ts examples/channel/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineChannel, RomancyModule, Workflow, WorkflowClient, type WorkflowContext } from '@romancy/nestjs';

interface Dish {
  readonly dish: string;
  /** Who waits for it. */
  readonly guest: string;
}

const news = defineChannel<string>('news', { mode: 'broadcast' });
const dishes = defineChannel<Dish>('dishes', { mode: 'competing' });
const plates = defineChannel<string>('plates', { mode: 'direct' });

/** Orders a dish, and waits for the plate that is brought to this very guest. */
@Workflow({ name: 'guest' })
class GuestWorkflow {
  async run(dish: string, ctx: WorkflowContext<string>): Promise<string> {
    await ctx.publish(dishes, { dish, guest: ctx.instanceId });
    const { data: plate } = await ctx.receive(plates, { timeout: '1m' });
    return plate;
  }
}

/** Cooks what nobody else cooks, until the news is that the kitchen closes. */
@Workflow({ name: 'cook' })
class CookWorkflow {
  async run(_input: undefined, ctx: WorkflowContext<undefined>): Promise<number> {
    await ctx.subscribe(news);
    for (let cooked = 0; ; cooked += 1) {
      const next = await ctx.race([
        async (signal) => (await ctx.receive(dishes, { signal })).data,
        async (signal) => (await ctx.receive(news, { signal })).data,
      ]);
      if (typeof next === 'string') return cooked;
      await ctx.sendTo(next.guest, plates, `${next.dish}, cooked by ${ctx.instanceId}`);
    }
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
  providers: [GuestWorkflow, CookWorkflow],
})
class RestaurantModule {}

const app = await NestFactory.createApplicationContext(RestaurantModule, { logger: ['warn', 'error'] });
const workflows = app.get(WorkflowClient);

const cooks = await Promise.all(
  ['cook-1', 'cook-2'].map((instanceId) => workflows.start(CookWorkflow, undefined, { instanceId })),
);
for (const cook of cooks) while ((await cook.status()) !== 'waiting_for_message') await setTimeout(10);

console.log('Six guests, two cooks:');
const orders = ['soup', 'bread', 'fish', 'rice', 'cake', 'tea'];
const plated = await Promise.all(orders.map((dish) => workflows.execute(GuestWorkflow, dish)));
for (const plate of plated) console.log(`  ${plate}`);

console.log('The kitchen closes, and every cook hears it:');
await workflows.publish(news, 'The kitchen is closed.');
const cooked = await Promise.all(cooks.map((cook) => cook.result()));
for (const [index, count] of cooked.entries()) console.log(`  ${cooks[index]?.instanceId} has cooked ${count}`);
await app.close();

assert.deepEqual(
  plated.map((plate) => plate.split(',')[0]),
  orders,
  'each guest has what was ordered',
);
assert.equal(
  cooked.reduce((sum, count) => sum + count, 0),
  orders.length,
  'nothing was cooked twice',
);
