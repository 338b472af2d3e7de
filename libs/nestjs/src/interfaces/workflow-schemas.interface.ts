import type { ValueSchema } from './schema.interface.js';

/** How a workflow is offered to clients of the Model Context Protocol, which `@romancy/nestjs-mcp` does. */
export interface WorkflowMcpOptions {
  /** What the workflow does and when to use it, for the model that chooses among tools. */
  readonly description: string;
  /** First part of the names of its tools. Default the workflow's name. */
  readonly name?: string;
  /** JSON Schema of the input, where the library of `input` cannot write one. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  /** JSON Schema of the result, where the library of `output` cannot write one. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

/** What a workflow says about its input and its result. */
export interface WorkflowSchemas {
  /**
   * Schema of the input. Every start is checked against it before anything is stored, and refused with an `InvalidInputError`; what is
   * stored is the value that the schema answers, with its defaults and conversions. Default: any input.
   */
  readonly input?: ValueSchema;
  /** Schema of the result, which describes it to others. Default: any result. */
  readonly output?: ValueSchema;
  /** Offers the workflow as tools of the Model Context Protocol, where the application imports `RomancyMcpModule`. Default: not offered. */
  readonly mcp?: WorkflowMcpOptions;
}
