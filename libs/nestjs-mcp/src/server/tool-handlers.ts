import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '../sdk.js';
import type { ServerParts } from './server-parts.js';

export function handleTools({ server, catalogue, contextOf }: ServerParts): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...catalogue.tools.values()].map(({ definition }) => definition),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = catalogue.tools.get(params.name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${JSON.stringify(params.name)}.`);
    return tool.call(params.arguments ?? {}, contextOf(extra));
  });
}
