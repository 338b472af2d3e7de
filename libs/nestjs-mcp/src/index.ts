export { McpPrompt } from './decorators/mcp-prompt.decorator.js';
export { McpResource } from './decorators/mcp-resource.decorator.js';
export { McpTool } from './decorators/mcp-tool.decorator.js';
export type { JsonSchema } from './interfaces/json-schema.interface.js';
export type { McpContext, McpLogLevel } from './interfaces/mcp-context.interface.js';
export type {
  McpHttpOptions,
  McpSessionOptions,
  McpWorkflow,
  RomancyMcpExtras,
  RomancyMcpOptions,
  RomancyMcpOptionsFactory,
} from './interfaces/mcp-options.interface.js';
export type { McpPromptAnswer, McpPromptArgument, McpPromptOptions } from './interfaces/prompt-options.interface.js';
export type { McpResourceAnswer, McpResourceOptions } from './interfaces/resource-options.interface.js';
export type { McpToolOptions } from './interfaces/tool-options.interface.js';
export { ROMANCY_MCP_OPTIONS } from './mcp.tokens.js';
export { RomancyMcpModule } from './romancy-mcp.module.js';
export { McpResources } from './server/mcp-resources.js';
export { serveMcpStdio } from './stdio/serve-stdio.js';
