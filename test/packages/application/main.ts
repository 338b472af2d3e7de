/**
 * The application that fresh-applications.e2e-spec.ts compiles and runs against the installed packages, once as an ES
 * module on Nest 12 and once as CommonJS on Nest 11: no top-level await, therefore.
 */
import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Injectable, Module, Param, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Activity,
  OnWorkflowEvent,
  RomancyModule,
  Workflow,
  WorkflowClient,
  type WorkflowContext,
  type WorkflowEvent,
} from '@romancy/nestjs';

const DATABASE = 'greetings.db';
/** The second start is one with other code. */
const redeployed = existsSync(DATABASE);
let calls = 0;

@Injectable()
export class Greetings {
  @Activity()
  async greet(name: string): Promise<string> {
    calls += 1;
    return `Hello, ${name}`;
  }
}

abstract class Partings {
  @Activity()
  async part(name: string): Promise<string> {
    return name;
  }
}

/** Overrides what the decorator has marked: such a method is wrapped on the object. */
@Injectable()
export class Farewells extends Partings {
  override async part(name: string): Promise<string> {
    return `Goodbye, ${name}`;
  }

  @Activity()
  async wave(name: string): Promise<string> {
    return name;
  }
}

@Workflow({ name: 'changed' })
export class ChangedWorkflow {
  constructor(private readonly farewells: Farewells) {}

  async run(name: string, ctx: WorkflowContext<string>): Promise<void> {
    if (!redeployed) await this.farewells.wave(name);
    else await this.farewells.part(name); // the call that differs
    await ctx.waitEvent('go');
  }
}

/** Hears of an instance whose code does not fit its history. */
@Injectable()
export class Blocked {
  #tell: (message: string) => void = () => undefined;
  readonly message = new Promise<string>((resolve) => (this.#tell = resolve));

  @OnWorkflowEvent('blocked')
  hear({ error }: WorkflowEvent<'blocked'>): void {
    this.#tell(String(error));
  }
}

@Workflow({ name: 'greeting' })
export class GreetingWorkflow {
  constructor(private readonly greetings: Greetings) {}

  async run(name: string, ctx: WorkflowContext<string>): Promise<{ text: string; at: number }> {
    const text = await this.greetings.greet(name);
    await ctx.sleep('10ms');
    return { text, at: new Date(ctx.now()).getTime() };
  }
}

@Controller('greetings')
export class GreetingsController {
  constructor(private readonly workflows: WorkflowClient) {}

  @Get(':name')
  async greet(@Param('name') name: string): Promise<{ text: string }> {
    const { text } = await this.workflows.execute(GreetingWorkflow, name, { instanceId: `greeting-${name}` });
    return { text };
  }
}

@Module({
  imports: [RomancyModule.forRoot({ database: DATABASE })],
  controllers: [GreetingsController],
  providers: [Greetings, GreetingWorkflow, Farewells, ChangedWorkflow, Blocked],
})
export class AppModule {}

async function beginUnchanged(app: INestApplication): Promise<void> {
  const handle = await app.get(WorkflowClient).start(ChangedWorkflow, 'World', { instanceId: 'changed' });
  while ((await handle.status()) === 'running') await setTimeout(10);
}

/** Text of the line that the message about the changed workflow names. */
async function placeOfTheChange(app: INestApplication): Promise<string | undefined> {
  await app.get(WorkflowClient).deliver({ id: '1', source: '/test', type: 'go', data: null });
  const message = await app.get(Blocked).message;
  const [, file, line] = /^ *asked for: .* at (.+):(\d+)$/m.exec(message) ?? [];
  return file === undefined ? message : readFileSync(file, 'utf8').split('\n')[Number(line) - 1];
}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/greetings/World`);
  const place = redeployed ? await placeOfTheChange(app) : undefined;
  if (!redeployed) await beginUnchanged(app);
  console.log(JSON.stringify({ status: response.status, body: await response.json(), calls, place }));
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
