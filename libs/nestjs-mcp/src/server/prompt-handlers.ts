import { ErrorCode, GetPromptRequestSchema, ListPromptsRequestSchema, McpError } from '../sdk.js';
import type { ServerParts } from './server-parts.js';

export function handlePrompts({ server, catalogue, contextOf }: ServerParts): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: [...catalogue.prompts.values()].map(({ definition }) => definition),
  }));
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }, extra) => {
    const prompt = catalogue.prompts.get(params.name);
    if (!prompt) throw new McpError(ErrorCode.InvalidParams, `There is no prompt ${JSON.stringify(params.name)}.`);
    return prompt.get(params.arguments ?? {}, contextOf(extra));
  });
}
