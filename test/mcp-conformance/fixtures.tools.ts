import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { McpTool, type McpContext } from '@romancy/nestjs-mcp';
import { z } from 'zod';
import { PNG, WAV } from './media.js';

const PAUSE = 50;

/** The tools that the suite calls, under its names. */
@Injectable()
export class FixtureTools {
  @McpTool({ name: 'test_simple_text', description: 'Answers a text.' })
  simpleText(): string {
    return 'This is a simple text response for testing.';
  }

  @McpTool({ name: 'test_image_content', description: 'Answers an image.' })
  image(): object {
    return { content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] };
  }

  @McpTool({ name: 'test_audio_content', description: 'Answers a sound.' })
  audio(): object {
    return { content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] };
  }

  @McpTool({ name: 'test_embedded_resource', description: 'Answers a resource.' })
  embeddedResource(): object {
    const resource = {
      uri: 'test://embedded-resource',
      mimeType: 'text/plain',
      text: 'This is an embedded resource content.',
    };
    return { content: [{ type: 'resource', resource }] };
  }

  @McpTool({ name: 'test_multiple_content_types', description: 'Answers several kinds of content.' })
  mixed(): object {
    const resource = {
      uri: 'test://mixed-content-resource',
      mimeType: 'application/json',
      text: JSON.stringify({ test: 'data', value: 123 }),
    };
    return {
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PNG, mimeType: 'image/png' },
        { type: 'resource', resource },
      ],
    };
  }

  @McpTool({ name: 'test_tool_with_logging', description: 'Logs three times.' })
  async logging(_: unknown, ctx: McpContext): Promise<string> {
    await ctx.log('info', 'Tool execution started');
    await setTimeout(PAUSE);
    await ctx.log('info', 'Tool processing data');
    await setTimeout(PAUSE);
    await ctx.log('info', 'Tool execution completed');
    return 'Logged three times.';
  }

  @McpTool({ name: 'test_error_handling', description: 'Fails.' })
  failing(): never {
    throw new Error('This tool intentionally returns an error for testing');
  }

  @McpTool({ name: 'test_tool_with_progress', description: 'Reports progress three times.' })
  async progress(_: unknown, ctx: McpContext): Promise<string> {
    for (const progress of [0, 50, 100]) {
      await ctx.progress(progress, 100, `Completed ${progress} of 100`);
      await setTimeout(PAUSE);
    }
    return 'Reported three times.';
  }

  /** Closes its stream, so that the client has to come back for the answer. */
  @McpTool({ name: 'test_reconnection', description: 'Closes its stream before it answers.' })
  async reconnection(_: unknown, ctx: McpContext): Promise<string> {
    ctx.closeStream();
    await setTimeout(PAUSE);
    return 'Reconnection test completed';
  }

  @McpTool({
    name: 'json_schema_2020_12_tool',
    description: 'Tool with JSON Schema 2020-12 features',
    input: z.strictObject({
      name: z.string().optional(),
      address: z.object({ street: z.string(), city: z.string() }).meta({ id: 'address' }).optional(),
    }),
  })
  schema(): string {
    return 'ok';
  }
}
