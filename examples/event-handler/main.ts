/**
 * A CloudEvent starts a workflow: once, however often it is delivered, and only if its data is what the workflow expects:
 *
 *   npm run ts examples/event-handler/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Activity, defineEvent, RomancyModule, Workflow, WorkflowClient } from '@romancy/nestjs';
import { CloudEvent, HTTP } from 'cloudevents';
import { z } from 'zod';

const signedUp = defineEvent('user.signed-up', { schema: z.object({ name: z.string(), email: z.email() }) });

const letters: string[] = [];

@Injectable()
class MailActivities {
  @Activity({ transactional: false })
  async welcome(name: string, email: string): Promise<void> {
    letters.push(email);
    console.log(`  to ${email}: Welcome, ${name}!`);
  }
}

interface SignedUp {
  readonly name: string;
  readonly email: string;
}

@Workflow({ name: 'welcome', startOn: signedUp })
class WelcomeWorkflow {
  constructor(private readonly mail: MailActivities) {}

  async run({ name, email }: SignedUp): Promise<string> {
    await this.mail.welcome(name, email);
    return `welcomed ${name}`;
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: 'sqlite::memory:' })],
  providers: [MailActivities, WelcomeWorkflow],
})
class WelcomeModule {}

const app = await NestFactory.create(WelcomeModule, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/events`;

async function send(id: string, data: unknown): Promise<number> {
  const event = new CloudEvent({ id, source: '/accounts', type: signedUp.type, data });
  const { headers, body } = HTTP.binary(event);
  const answer = await fetch(url, { method: 'POST', headers: headers as Record<string, string>, body: String(body) });
  console.log(`  ${id}: ${answer.status} ${await answer.text()}`);
  return answer.status;
}

console.log('Two events, one of them delivered twice, and one that is not what it should be:');
const statuses = [
  await send('1', { name: 'Ada', email: 'ada@example.com' }),
  await send('1', { name: 'Ada', email: 'ada@example.com' }),
  await send('2', { name: 'Grace', email: 'grace@example.com' }),
  await send('3', { name: 'Nobody', email: 'nowhere' }),
];

const workflows = app.get(WorkflowClient);
const { instances } = await workflows.list({ workflowName: 'welcome' });
const results = await Promise.all(instances.map(({ instanceId }) => workflows.handle(instanceId).result()));
console.log('  results:', results);
await app.close();

assert.deepEqual(statuses, [202, 202, 202, 400]);
assert.deepEqual([...results].sort(), ['welcomed Ada', 'welcomed Grace']);
assert.deepEqual([...letters].sort(), ['ada@example.com', 'grace@example.com']);
