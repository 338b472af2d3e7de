/** The application that `npm run mcp:conformance` tests: the fixtures of the suite, through the decorators. Prints its URL. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule } from '@romancy/nestjs';
import { RomancyMcpModule } from '@romancy/nestjs-mcp';
import { ClientTools } from './client.tools.js';
import { FixturePrompts } from './fixtures.prompts.js';
import { FixtureResources } from './fixtures.resources.js';
import { FixtureTools } from './fixtures.tools.js';

@Module({
  imports: [
    RomancyModule.forRoot({ database: 'sqlite::memory:' }),
    RomancyMcpModule.forRoot({ name: 'romancy-conformance', version: '1.0.0' }),
  ],
  providers: [ClientTools, FixturePrompts, FixtureResources, FixtureTools],
})
class ConformanceModule {}

const app = await NestFactory.create(ConformanceModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
await app.listen(0, 'localhost');
const { port } = new URL(await app.getUrl());
console.log(`http://localhost:${port}/mcp`);
