/**
 * A workflow of two steps. It runs once, however often it is started, and its result outlives the process:
 *
 *   npm run ts examples/simple/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Activity, RomancyModule, Workflow, WorkflowClient, type WorkflowContext } from '@romancy/nestjs';

const calls: string[] = [];

@Injectable()
class GreetingActivities {
  @Activity()
  async compose(name: string): Promise<string> {
    calls.push('compose');
    return `Hello, ${name}!`;
  }

  @Activity({ transactional: false })
  async send(text: string): Promise<{ sent: string; at: Date }> {
    calls.push('send');
    console.log(`  sending "${text}"`);
    return { sent: text, at: new Date() };
  }
}

@Workflow({ name: 'greeting' })
class GreetingWorkflow {
  constructor(private readonly greetings: GreetingActivities) {}

  async run(name: string, ctx: WorkflowContext<string>): Promise<{ sent: string; at: Date }> {
    const text = await this.greetings.compose(name);
    await ctx.sleep('100ms');
    return this.greetings.send(text);
  }
}

@Module({})
class GreetingModule {
  static on(database: string): DynamicModule {
    return {
      module: GreetingModule,
      imports: [RomancyModule.forRoot({ database })],
      providers: [GreetingActivities, GreetingWorkflow],
    };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'romancy-simple-'));
const database = join(folder, 'workflow.db');
const options = { instanceId: 'greeting-world' };

const first = await NestFactory.createApplicationContext(GreetingModule.on(database), { logger: ['warn', 'error'] });
console.log('The first start runs the workflow:');
const result = await first.get(WorkflowClient).execute(GreetingWorkflow, 'World', options);
console.log('  result:', result);
console.log('The second start finds it done:');
const again = await first.get(WorkflowClient).execute(GreetingWorkflow, 'World', options);
console.log('  result:', again);
await first.close();

console.log('And so does another process, later:');
const second = await NestFactory.createApplicationContext(GreetingModule.on(database), { logger: ['warn', 'error'] });
const later = await second.get(WorkflowClient).handle(GreetingWorkflow, options.instanceId).result({ timeout: '10s' });
console.log('  result:', later);
await second.close();
await rm(folder, { recursive: true });

assert.equal(result.sent, 'Hello, World!');
assert.ok(result.at instanceof Date, 'dates come back as dates');
assert.deepEqual(again, result);
assert.deepEqual(later, result);
assert.deepEqual(calls, ['compose', 'send'], 'each step ran once');
