/** All that is used of the SDK, in one place: another version of the protocol's library is a change of this file and of what it names. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

export { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
export { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
export { StreamableHTTPServerTransport, type EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
export type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
export { validateToolName } from '@modelcontextprotocol/sdk/shared/toolNameValidation.js';
export type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
export { UriTemplate } from '@modelcontextprotocol/sdk/shared/uriTemplate.js';
export { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
export {
  CallToolRequestSchema,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
  type CallToolResult,
  type CreateMessageRequestParams,
  type CreateMessageResult,
  type ElicitRequestFormParams,
  type ElicitResult,
  type GetPromptResult,
  type JSONRPCMessage,
  type LoggingLevel,
  type Prompt,
  type PromptMessage,
  type ReadResourceResult,
  type Resource,
  type ResourceTemplate,
  type ServerNotification,
  type ServerRequest,
  type Tool,
  type ToolAnnotations,
} from '@modelcontextprotocol/sdk/types.js';

/** The server without the high-level class around it. */
export type Server = McpServer['server'];
