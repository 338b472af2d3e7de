/**
 * A workflow as tools for a model, and a tool of one's own. Here a client of the protocol's SDK plays the model:
 *
 *   npm run ts examples/mcp/main.ts
 */
import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Activity, RomancyModule, Workflow, type WorkflowContext } from '@romancy/nestjs';
import { McpTool, RomancyMcpModule } from '@romancy/nestjs-mcp';
import { z } from 'zod';

const trip = z.object({
  city: z.string().describe('Where to'),
  nights: z.int().min(1).max(14).default(2).describe('How long'),
});

@Injectable()
class TravelActivities {
  @Activity({ transactional: false })
  async bookHotel(city: string, nights: number): Promise<{ hotel: string }> {
    return { hotel: `${nights} nights in ${city}` };
  }

  @Activity({ transactional: false })
  async bookTrain(city: string): Promise<{ train: string }> {
    return { train: `to ${city}` };
  }
}

@Workflow({
  name: 'book_trip',
  input: trip,
  output: z.object({ hotel: z.string(), train: z.string() }),
  mcp: { description: 'Books a hotel and a train.' },
})
class TripWorkflow {
  constructor(private readonly travel: TravelActivities) {}

  async run({ city, nights }: z.output<typeof trip>, ctx: WorkflowContext): Promise<{ hotel: string; train: string }> {
    const { hotel } = await this.travel.bookHotel(city, nights);
    ctx.setStage('hotel booked');
    await ctx.sleep('500ms');
    return { hotel, ...(await this.travel.bookTrain(city)) };
  }
}

@Injectable()
class WeatherTools {
  @McpTool({ description: 'The weather of a city.', input: z.object({ city: z.string() }) })
  weather({ city }: { city: string }): string {
    return `It rains in ${city}.`;
  }
}

@Module({
  imports: [
    RomancyModule.forRoot({ database: 'sqlite::memory:' }),
    RomancyMcpModule.forRoot({ name: 'travel', version: '1.0.0', progressInterval: '200ms' }),
  ],
  providers: [TripWorkflow, TravelActivities, WeatherTools],
})
class TravelModule {}

const app = await NestFactory.create(TravelModule, { logger: ['warn', 'error'] });
await app.listen(0, 'localhost');
const { port } = new URL(await app.getUrl());
const client = new Client({ name: 'example', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL(`http://localhost:${port}/mcp`)));

const { tools } = await client.listTools();
for (const { name, description } of tools) console.log(`  ${name}: ${description ?? ''}`);

const weather = await client.callTool({ name: 'weather', arguments: { city: 'Lisbon' } });
console.log('weather:', weather.content);

const refused = await client.callTool({ name: 'book_trip_start', arguments: { city: 'Lisbon', nights: 90 } });
console.log('refused:', refused.content);

const start = await client.callTool({
  name: 'book_trip_start',
  arguments: { city: 'Lisbon', idempotency_key: 'lisbon-in-may' },
});
const { instance_id } = start.structuredContent as { instance_id: string };
const result = await client.callTool(
  { name: 'book_trip_result', arguments: { instance_id, wait_seconds: 20 } },
  undefined,
  {
    onprogress: ({ message }) => console.log('  progress:', message),
  },
);
console.log('result:', result.structuredContent);
await client.close();
await app.close();

assert.equal(tools.length, 5);
assert.equal(refused.isError, true);
assert.deepEqual((result.structuredContent as { result: unknown }).result, {
  hotel: '2 nights in Lisbon',
  train: 'to Lisbon',
});
