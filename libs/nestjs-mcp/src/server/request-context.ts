import { traceAmong } from '@romancy/core';
import type { McpContext, McpLogLevel } from '../interfaces/mcp-context.interface.js';
import {
  CreateMessageResultSchema,
  ElicitResultSchema,
  type CreateMessageRequestParams,
  type CreateMessageResult,
  type ElicitRequestFormParams,
  type ElicitResult,
  type RequestHandlerExtra,
  type Server,
  type ServerNotification,
  type ServerRequest,
} from '../sdk.js';
import { type LogThreshold } from './log-threshold.js';

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** What a handler is given, on top of what the SDK gives. */
export class RequestContext implements McpContext {
  constructor(
    private readonly extra: Extra,
    private readonly server: Server,
    private readonly threshold: LogThreshold,
  ) {}

  get sessionId(): string | undefined {
    return this.extra.sessionId;
  }

  get signal(): AbortSignal {
    return this.extra.signal;
  }

  get auth(): McpContext['auth'] {
    return this.extra.authInfo;
  }

  get headers(): McpContext['headers'] {
    return this.extra.requestInfo?.headers ?? {};
  }

  get traceContext(): McpContext['traceContext'] {
    return traceAmong(this.extra._meta);
  }

  async progress(progress: number, total?: number, message?: string): Promise<void> {
    const progressToken = this.extra._meta?.progressToken;
    if (progressToken === undefined) return;
    const params = {
      progressToken,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    };
    await this.extra.sendNotification({ method: 'notifications/progress', params });
  }

  async log(level: McpLogLevel, data: unknown, logger?: string): Promise<void> {
    if (!this.threshold.lets(level)) return;
    const params = { level, data, ...(logger === undefined ? {} : { logger }) };
    await this.extra.sendNotification({ method: 'notifications/message', params });
  }

  async sample(params: CreateMessageRequestParams): Promise<CreateMessageResult> {
    this.#require('sampling');
    return this.extra.sendRequest({ method: 'sampling/createMessage', params }, CreateMessageResultSchema);
  }

  async elicit(params: Omit<ElicitRequestFormParams, 'mode'>): Promise<ElicitResult> {
    this.#require('elicitation');
    return this.extra.sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema);
  }

  closeStream(): void {
    this.extra.closeSSEStream?.();
  }

  #require(capability: 'sampling' | 'elicitation'): void {
    if (this.server.getClientCapabilities()?.[capability]) return;
    throw new Error(`The client does not offer ${capability}, or has no session in which it could be asked.`);
  }
}
