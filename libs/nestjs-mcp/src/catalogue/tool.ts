import { Logger } from '@nestjs/common';
import type { McpContext } from '../interfaces/mcp-context.interface.js';
import type { DescribedValue } from '../schema/described-value.js';
import { issueText } from '../schema/issues.js';
import { McpError, type CallToolResult, type Tool, type ToolAnnotations } from '../sdk.js';
import { answerOf, refused } from './tool-answer.js';
import type { CatalogueTool } from './catalogue.js';

const logger = new Logger('RomancyMcp');

/** What makes a tool. */
export interface ToolPlan {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description: string;
  readonly annotations?: ToolAnnotations | undefined;
  readonly input: DescribedValue;
  readonly output?: DescribedValue | undefined;
  run(args: unknown, ctx: McpContext): unknown;
}

/** Thrown by the tools of workflows: an answer for the model, not an incident. */
export class Refusal extends Error {}

export function defineTool(plan: ToolPlan): CatalogueTool {
  const { name, title, description, annotations, input, output } = plan;
  const definition = {
    name,
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema: input.json,
    ...(output ? { outputSchema: output.json } : {}),
    ...(annotations ? { annotations } : {}),
  } as Tool;
  return { definition, call: (args, ctx) => call(plan, args, ctx) };
}

async function call(plan: ToolPlan, args: unknown, ctx: McpContext): Promise<CallToolResult> {
  const checked = await plan.input.check(args);
  if (checked.issues) {
    return refused(
      `The arguments of ${plan.name} are refused: ${issueText(checked.issues)}. Correct them and call it again.`,
    );
  }
  try {
    return await answerOf(plan.name, await plan.run(checked.value, ctx), plan.output);
  } catch (error) {
    // An error of the protocol is meant for the client, not for the model.
    if (error instanceof McpError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Refusal)) logger.warn(`The tool ${plan.name} failed: ${message}`);
    return refused(message);
  }
}
