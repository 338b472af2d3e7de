import { Injectable } from '@nestjs/common';
import { McpPrompt, type McpPromptAnswer } from '@romancy/nestjs-mcp';
import { z } from 'zod';
import { PNG } from './media.js';

const user = 'user' as const;

/** The prompts that the suite asks for, under its names. */
@Injectable()
export class FixturePrompts {
  @McpPrompt({ name: 'test_simple_prompt', description: 'A prompt without arguments.' })
  simple(): string {
    return 'This is a simple prompt for testing.';
  }

  @McpPrompt({
    name: 'test_prompt_with_arguments',
    description: 'A prompt with two arguments.',
    arguments: z.object({ arg1: z.string().describe('First test argument'), arg2: z.string().describe('Second') }),
    complete: { arg1: 'words' },
  })
  withArguments({ arg1, arg2 }: { arg1: string; arg2: string }): string {
    return `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`;
  }

  words(part: string): readonly string[] {
    return ['paris', 'park', 'party', 'test'].filter((word) => word.startsWith(part));
  }

  @McpPrompt({
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource in it.',
    arguments: [{ name: 'resourceUri', description: 'URI of the resource to embed', required: true }],
  })
  withResource({ resourceUri }: { resourceUri: string }): McpPromptAnswer {
    const resource = { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' };
    return [
      { role: user, content: { type: 'resource', resource } },
      { role: user, content: { type: 'text', text: 'Please process the embedded resource above.' } },
    ];
  }

  @McpPrompt({ name: 'test_prompt_with_image', description: 'A prompt with an image in it.' })
  withImage(): McpPromptAnswer {
    return [
      { role: user, content: { type: 'image', data: PNG, mimeType: 'image/png' } },
      { role: user, content: { type: 'text', text: 'Please analyze the image above.' } },
    ];
  }
}
