export { AgentToolLimitError } from './agent-tool-limit.error.js';
export { LlmConfigurationError } from './llm-configuration.error.js';
export { LlmError } from './llm.error.js';
export { LlmOutputError, type LlmOutputFields } from './llm-output.error.js';
export { LlmProviderError, type LlmFailureFacts } from './llm-provider.error.js';
export { LlmRateLimitError } from './llm-rate-limit.error.js';
export { LlmTimeoutError } from './llm-timeout.error.js';
