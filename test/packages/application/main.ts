/**
 * The application that fresh-applications.e2e-spec.ts compiles and runs against the installed packages, once as an ES
 * module on Nest 12 and once as CommonJS on Nest 11: no top-level await, therefore.
 */
import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Activity, RomancyModule, Workflow, WorkflowClient, type WorkflowContext } from '@romancy/nestjs';

let calls = 0;

@Injectable()
export class Greetings {
  @Activity()
  async greet(name: string): Promise<string> {
    calls += 1;
    return `Hello, ${name}`;
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
  imports: [RomancyModule.forRoot({ database: 'greetings.db' })],
  controllers: [GreetingsController],
  providers: [Greetings, GreetingWorkflow],
})
export class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/greetings/World`);
  console.log(JSON.stringify({ status: response.status, body: await response.json(), calls }));
  await app.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
