import type { ValueSchema } from '@romancy/nestjs';
import type { ToolAnnotations } from '../sdk.js';
import type { JsonSchema } from './json-schema.interface.js';

/** Options of {@link McpTool}. */
export interface McpToolOptions {
  /** What the tool does and when to use it, for the model that chooses among tools. */
  readonly description: string;
  /** Default: the method name. With the module's prefix before it. */
  readonly name?: string;
  /** For people. Default: none. */
  readonly title?: string;
  /** Schema of the arguments, an object. They are checked before the method is called. Default: no arguments. */
  readonly input?: ValueSchema;
  /** Schema of what the method returns, an object, which is then sent as structured content as well. Default: none. */
  readonly output?: ValueSchema;
  /** JSON Schema of the arguments, where the library of `input` cannot write one, or without `input`. */
  readonly inputSchema?: JsonSchema;
  /** JSON Schema of the result, where the library of `output` cannot write one, or without `output`. */
  readonly outputSchema?: JsonSchema;
  /** Hints about what the tool does to the world: `readOnlyHint`, `destructiveHint`, `idempotentHint`, `openWorldHint`. */
  readonly annotations?: ToolAnnotations;
}
