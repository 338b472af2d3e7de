/**
 * An order fails, and whoever is on duty finds out why, tries it again, and cleans up: by the viewer's API, and by the command line.
 *
 *   npm run ts examples/operations/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { processTerminal, run } from '@romancy/cli';
import { Activity, RomancyModule, TerminalError, Workflow } from '@romancy/nestjs';
import { RomancyViewerModule } from '@romancy/nestjs-viewer';
import { z } from 'zod';

@Injectable()
class Warehouse {
  stock = 0;

  @Activity()
  async pick(sku: string): Promise<string> {
    if (this.stock === 0) throw new TerminalError(`There is no ${sku} left.`);
    return `one ${sku}`;
  }
}

const order = z.object({ sku: z.string() });

@Workflow({ name: 'order', input: order })
class OrderWorkflow {
  constructor(private readonly warehouse: Warehouse) {}

  async run({ sku }: z.output<typeof order>): Promise<string> {
    return this.warehouse.pick(sku);
  }
}

@Module({})
class ShopModule {
  static on(database: string): DynamicModule {
    return {
      module: ShopModule,
      imports: [RomancyModule.forRoot({ database }), RomancyViewerModule.forRoot({ path: 'ops' })],
      providers: [OrderWorkflow, Warehouse],
    };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'romancy-operations-'));
const database = join(folder, 'workflow.db');
const app = await NestFactory.create(ShopModule.on(database), { logger: ['error'] });
await app.listen(0, 'localhost');
const url = (await app.getUrl()).replace(/\[::1\]|127\.0\.0\.1/, 'localhost');

/** As `npx romancy …` in a shell. */
async function romancy(...args: readonly string[]): Promise<void> {
  console.log(`\n$ romancy ${args.join(' ')}`);
  assert.equal(await run(args, processTerminal()), 0);
}

async function statusOf(id: string): Promise<unknown> {
  const answer = await fetch(`${url}/ops/api/instances/${encodeURIComponent(id)}`);
  return ((await answer.json()) as { status?: unknown }).status;
}

async function reaches(id: string, status: string): Promise<void> {
  for (let look = 0; look < 500 && (await statusOf(id)) !== status; look++) await setTimeout(20);
  assert.equal(await statusOf(id), status);
}

console.log(`The viewer is at ${url}/ops while this runs. An order by its API:`);
const answer = await fetch(`${url}/ops/api/instances`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-romancy-action': '1' },
  body: JSON.stringify({ workflow: 'order', input: { sku: 'lamp' }, instanceId: 'order-17' }),
});
console.log(`  ${answer.status} ${await answer.text()}`);
await reaches('order-17', 'failed');

const through = ['--url', url, '--viewer-path', 'ops'];
await romancy('list', '--status', 'failed', ...through);
await romancy('explain', 'order-17', ...through);

console.log('\nLamps have come in.');
app.get(Warehouse).stock = 3;
await romancy('retry', 'order-17', ...through);
await reaches('order-17~2', 'completed');
await romancy('history', 'order-17~2', ...through);
await app.close();

// What retention would do by itself, on the database and without the application. Instances that continue each other go together.
await setTimeout(1100);
const archive = join(folder, 'removed.jsonl');
await romancy('gc', '--failed', '1s', '--completed', '1s', '--archive', archive, '--database', database);
await romancy('list', '--database', database);
assert.equal((await readFile(archive, 'utf8')).trim().split('\n').length, 2);
await rm(folder, { recursive: true });
