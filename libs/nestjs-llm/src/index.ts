export { AgentTool, type AgentToolOptions } from './agents/agent-tool.decorator.js';
export { lastTurns, newConversation, type Conversation } from './agents/conversation.js';
export {
  DurableAgent,
  type AgentPrompt,
  type AgentReply,
  type AgentTurn,
  type DurableAgentOptions,
} from './agents/durable-agent.js';
export { toolsOf, type DepsOf, type RunnableTool, type ToolMethods } from './agents/tools-of.js';
export { DurableCall, type DurableCallOptions } from './definitions/durable-call.decorator.js';
export {
  defineDurableCall,
  type DurableAnswer,
  type DurableCallDefinition,
  type DurableCallFunction,
} from './definitions/define-durable-call.js';
export { prompt } from './definitions/prompt.js';
export {
  AgentToolLimitError,
  LlmConfigurationError,
  LlmError,
  LlmOutputError,
  LlmProviderError,
  LlmRateLimitError,
  LlmTimeoutError,
  type LlmFailureFacts,
  type LlmOutputFields,
} from './errors/index.js';
export type { LlmAnswer, LlmFinishReason, LlmParsedAnswer, LlmUsage } from './interfaces/answer.interface.js';
export type { LlmCallOptions, LlmOptions } from './interfaces/call-options.interface.js';
export type { LlmCallFacts, LlmListener, LlmTextDelta } from './interfaces/listener.interface.js';
export type { LlmMessage, LlmToolCall } from './interfaces/message.interface.js';
export type {
  LlmPrice,
  LlmRecordedPart,
  RomancyLlmOptions,
  RomancyLlmOptionsFactory,
} from './interfaces/module-options.interface.js';
export type {
  AnthropicProvider,
  GeminiProvider,
  LlmModelFactory,
  LlmProvider,
  LlmProviders,
  OpenAiCompatibleProvider,
  OpenAiProvider,
} from './interfaces/provider.interface.js';
export { withJsonSchema, type InferValue, type LlmSchema } from './interfaces/schema.interface.js';
export type { LlmTool, LlmToolChoice } from './interfaces/tool.interface.js';
export { Llm, type LlmRequest } from './llm.js';
export { RomancyLlmModule } from './llm.module.js';
export { ROMANCY_LLM_OPTIONS } from './llm.tokens.js';
export type { LlmTotals } from './usage/usage.js';
