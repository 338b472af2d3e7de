import { Injectable } from '@nestjs/common';
import { McpTool, type McpContext } from '@romancy/nestjs-mcp';
import { z } from 'zod';

type Form = Parameters<McpContext['elicit']>[0]['requestedSchema'];

const USER: Form = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
};

const DEFAULTS: Form = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const CHOICES = ['option1', 'option2', 'option3'];

const titled = (values: readonly string[], titles: readonly string[]): { const: string; title: string }[] =>
  values.map((value, index) => ({ const: value, title: titles[index] ?? value }));

const VALUES = ['value1', 'value2', 'value3'];

const ENUMERATIONS: Form = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: CHOICES },
    titledSingle: { type: 'string', oneOf: titled(VALUES, ['First Option', 'Second Option', 'Third Option']) },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: CHOICES } },
    titledMulti: { type: 'array', items: { anyOf: titled(VALUES, ['First Choice', 'Second Choice', 'Third Choice']) } },
  },
};

/** The tools that ask something of the client. */
@Injectable()
export class ClientTools {
  @McpTool({
    name: 'test_sampling',
    description: "Asks the client's model.",
    input: z.object({ prompt: z.string().describe('The prompt to send to the LLM') }),
  })
  async sampling({ prompt }: { prompt: string }, ctx: McpContext): Promise<string> {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
    const { content } = await ctx.sample({ messages, maxTokens: 100 });
    return `LLM response: ${content.type === 'text' ? content.text : content.type}`;
  }

  @McpTool({
    name: 'test_elicitation',
    description: "Asks the client's user.",
    input: z.object({ message: z.string().describe('The message to show the user') }),
  })
  async elicitation({ message }: { message: string }, ctx: McpContext): Promise<string> {
    const { action, content } = await ctx.elicit({ message, requestedSchema: USER });
    return `User response: action=${action}, content=${JSON.stringify(content ?? {})}`;
  }

  @McpTool({ name: 'test_elicitation_sep1034_defaults', description: 'Asks with default values.' })
  async defaults(_: unknown, ctx: McpContext): Promise<string> {
    return completed(await ctx.elicit({ message: 'Please review the defaults', requestedSchema: DEFAULTS }));
  }

  @McpTool({ name: 'test_elicitation_sep1330_enums', description: 'Asks with each kind of enumeration.' })
  async enumerations(_: unknown, ctx: McpContext): Promise<string> {
    return completed(await ctx.elicit({ message: 'Please choose', requestedSchema: ENUMERATIONS }));
  }
}

function completed({ action, content }: Awaited<ReturnType<McpContext['elicit']>>): string {
  return `Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`;
}
