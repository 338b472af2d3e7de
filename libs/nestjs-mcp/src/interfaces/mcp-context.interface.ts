import type { TraceContext } from '@romancy/core';
import type {
  AuthInfo,
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestFormParams,
  ElicitResult,
  LoggingLevel,
} from '../sdk.js';

/** Log levels of the protocol, from the least to the most severe. */
export type McpLogLevel = LoggingLevel;

/**
 * What a tool, prompt or resource knows of the request that it answers, and how it talks to the client meanwhile; the second parameter of
 * the decorated method.
 *
 * @example
 * ```ts
 * @McpTool({ description: 'Counts the stock.', input: z.object({ sku: z.string() }) })
 * async count({ sku }: { sku: string }, ctx: McpContext): Promise<string> {
 *   await ctx.progress(1, 2, 'asking the warehouse');
 *   return `${await this.warehouse.count(sku, ctx.signal)} are left.`;
 * }
 * ```
 */
export interface McpContext {
  /** Undefined over stdio and without sessions. */
  readonly sessionId: string | undefined;
  /** Aborts when the client cancels the request, and when its session ends. */
  readonly signal: AbortSignal;
  /** What a guard has put on the request as `auth`. */
  readonly auth: AuthInfo | undefined;
  /** Headers of the HTTP request; empty over stdio. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Trace that the client has put into `_meta` of the request (`traceparent`, `tracestate`); undefined for none. */
  readonly traceContext: TraceContext | undefined;
  /**
   * Reports progress, where the client has asked for it; else does nothing.
   * @param progress More than in the call before.
   * @param total What `progress` will be at the end, if that is known.
   */
  progress(progress: number, total?: number, message?: string): Promise<void>;
  /** Sends a log message to the client, unless it has asked for more severe ones only. */
  log(level: McpLogLevel, data: unknown, logger?: string): Promise<void>;
  /**
   * Asks the client's model to write something.
   * @throws Error when the client does not offer that.
   */
  sample(params: CreateMessageRequestParams): Promise<CreateMessageResult>;
  /**
   * Asks the client's user to fill in a form.
   * @throws Error when the client does not offer that.
   */
  elicit(params: Omit<ElicitRequestFormParams, 'mode'>): Promise<ElicitResult>;
  /**
   * Closes the stream of this request while it goes on: the client comes back for the answer after a while. For requests that take long;
   * does nothing where the client could not resume.
   */
  closeStream(): void;
}
