import { Injectable, Scope, type ModuleMetadata } from '@nestjs/common';
import { StartupError, Workflow } from '@romancy/nestjs';
import { McpPrompt, McpResource, McpTool } from '@romancy/nestjs-mcp';
import { z } from 'zod';
import { McpApp, type McpOptions } from '../support/mcp-app.js';
import { OrderWorkflow, SHOP } from '../support/shop.js';

async function mistakesOf(metadata: ModuleMetadata, options: McpOptions = {}): Promise<string[]> {
  const outcome = await McpApp.start(metadata, options).catch((error: unknown) => error);
  if (outcome instanceof McpApp) await outcome.close();
  expect(outcome).toBeInstanceOf(StartupError);
  return (outcome as StartupError).mistakes.map(({ where, problem }) => `${where}: ${problem}`);
}

describe('the bootstrap', () => {
  it('refuses workflow names that are no tool names', async () => {
    @Workflow({ name: 'bestelling plaatsen', mcp: { description: 'Two words.' } })
    class Spaced {
      async run(): Promise<void> {}
    }
    @Workflow({ name: 'x'.repeat(125), mcp: { description: 'Too long with its ending.' } })
    class Long {
      async run(): Promise<void> {}
    }
    const rule = '1 to 128 of the characters A-Z, a-z, 0-9, "_", "-" and "."';
    expect(await mistakesOf({ providers: [Spaced, Long] })).toEqual([
      `Spaced: "bestelling plaatsen_start" is no valid tool name: ${rule}`,
      `Long: "${'x'.repeat(125)}_start" is no valid tool name: ${rule}`,
    ]);
    @Workflow({ name: 'größe', mcp: { description: 'Has a name for tools.', name: 'size' } })
    class Renamed {
      async run(): Promise<void> {}
    }
    await (await McpApp.start({ providers: [Renamed] })).close();
    expect(await mistakesOf({ providers: [Renamed] }, { prefix: 'my shop/' })).toHaveLength(1);
  });

  it('refuses schemas that cannot be shown, and inputs without one', async () => {
    const mute = { '~standard': { version: 1 as const, vendor: 'mute', validate: (value: unknown) => ({ value }) } };
    @Workflow({ input: mute, mcp: { description: 'a' } })
    class Mute {
      async run(_: unknown): Promise<void> {}
    }
    @Workflow({ mcp: { description: 'a' } })
    class Untyped {
      async run(_: unknown): Promise<void> {}
    }
    class Unmarked {
      async run(): Promise<void> {}
    }
    const workflows = [{ workflow: Unmarked, description: 'a' }];
    expect(await mistakesOf({ providers: [Mute, Untyped] }, { workflows })).toEqual([
      'Unmarked: is listed among the workflows of RomancyMcpModule but is not marked @Workflow()',
      'Mute: option input cannot be written as JSON Schema: schemas of mute do not describe themselves as JSON Schema',
      'Untyped: is offered as tools and takes an input, but has no schema of it',
    ]);
  });

  it('refuses decorated members that could not work, all at once', async () => {
    @Injectable()
    class Wrong {
      @McpTool({ description: '' })
      silent(): void {}

      @McpTool({ description: 'a', input: z.string() })
      text(): void {}

      @McpTool({ description: 'a', name: 'a tool' })
      spaced(): void {}

      @McpTool({ description: 'a', name: 'order_start' })
      taken(): void {}

      @McpTool({ description: 'a' })
      static shared(): void {}

      @McpPrompt({ description: 'a', complete: { id: 'missing' } })
      prompt(): string {
        return '';
      }

      @McpResource({ uri: 'no uri', description: 'a' })
      resource(): string {
        return '';
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @McpTool({ description: 'a' })
      tool(): void {}
    }
    const found = await mistakesOf({ providers: [...SHOP.providers, Wrong, PerRequest] });
    expect(found).toEqual([
      'Wrong.shared: is static, but tools, prompts and resources are methods of a provider',
      'PerRequest.tool: belongs to a provider in request or transient scope, of which there is no single object',
      'Wrong.silent: has no description, by which a model chooses',
      'Wrong.text: option input does not describe an object, which the protocol asks for',
      expect.stringContaining('Wrong.spaced'),
      'Wrong.taken: the tool "order_start" is there already, of OrderWorkflow',
      'Wrong.prompt: completes "id" by "missing", which is no method of its class',
      expect.stringContaining('Wrong.resource'),
    ]);
  });

  it('offers a workflow once, in the words of the module where it has some', async () => {
    const app = await McpApp.start(SHOP, {
      workflows: [{ workflow: OrderWorkflow, description: 'In other words.', name: 'buy' }],
      http: { path: 'mcp' },
    });
    const { tools } = await (await app.client()).listTools();
    expect(tools.map(({ name }) => name)).toEqual(['buy_start', 'buy_status', 'buy_result', 'buy_cancel']);
    expect(tools[0]!.description).toMatch(/^In other words\./);
    await app.close();
  });

  it('serves no route when told so', async () => {
    const app = await McpApp.start(SHOP, { http: false });
    expect((await app.post({})).status).toBe(404);
    await app.close();
  });
});
