import type { CanActivate, Type } from '@nestjs/common';
import type { Duration, WorkflowMcpOptions } from '@romancy/nestjs';
import type { WorkflowType } from '@romancy/nestjs';
import type { EventStore } from '../sdk.js';

/** A workflow that the module offers although its decorator does not ask for it, or with another description. */
export interface McpWorkflow extends WorkflowMcpOptions {
  readonly workflow: WorkflowType;
}

/** How clients over HTTP are served. */
export interface McpSessionOptions {
  /**
   * `true`: every request stands for itself, so that any process of a group can answer it; nothing can then be resumed, subscribed to or
   * asked of the client. Default false: a client has a session in one process.
   */
  readonly stateless?: boolean;
  /** A session that has no request and no stream for so long is ended. Default `'30m'`. */
  readonly idleTimeout?: Duration;
  /** Sessions at a time. At the limit the one that is idle for longest gives way; when none is idle, 429 is answered. Default 1000. */
  readonly limit?: number;
  /**
   * Makes where a session keeps what it has sent, so that a client that lost its connection gets the rest. Default: in memory, the last
   * 1000 messages. `false`: streams cannot be resumed.
   */
  readonly eventStore?: false | (() => EventStore);
  /** How long a client whose stream was closed waits before it comes back. Default `'1s'`. */
  readonly retryInterval?: Duration;
  /** Answers with one JSON document instead of a stream; there is then no progress. Default false. */
  readonly jsonResponses?: boolean;
}

/** Options of {@link RomancyMcpModule.forRoot}. */
export interface RomancyMcpOptions {
  /** Name of the server, as clients show it. */
  readonly name: string;
  /** Version of the server. */
  readonly version: string;
  /** For people. Default: none. */
  readonly title?: string;
  /** How to use the server, for the model. Default: none. */
  readonly instructions?: string;
  /** Put before the name of every tool: `'shop_'`. Default: none. */
  readonly prefix?: string;
  /** Workflows to offer beside those whose decorator asks for it. */
  readonly workflows?: readonly McpWorkflow[];
  /** The longest time that a client may wait in one call for a result. Default `'5m'`. */
  readonly maxWait?: Duration;
  /** How often progress is reported while a client waits, and how soon subscribers hear of a change. Default `'1s'`. */
  readonly progressInterval?: Duration;
  /** Offers the history of instances as resources. Default true. */
  readonly history?: boolean;
  /** Clients over HTTP. */
  readonly sessions?: McpSessionOptions;
  /**
   * Values of the `Origin` header that are let in, such as `'https://chat.example'`, beside pages of this server itself. Requests without the
   * header do not come from a page and are let in. `'*'`: every origin.
   */
  readonly allowedOrigins?: readonly string[] | '*';
  /**
   * Values of the `Host` header that are let in (`'mcp.example'`, any port). Default: every one over a network interface, and on the
   * loopback interface only names of this machine, because a foreign page could otherwise reach it by a name that it controls. `'*'`: every host.
   */
  readonly allowedHosts?: readonly string[] | '*';
}

/**
 * Provides the options where {@link RomancyMcpModule.forRootAsync} is given `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class McpConfig implements RomancyMcpOptionsFactory {
 *   constructor(private readonly config: ConfigService) {}
 *   createRomancyMcpOptions(): RomancyMcpOptions {
 *     return { name: 'shop', version: '1.0.0', allowedOrigins: [this.config.getOrThrow('CHAT_URL')] };
 *   }
 * }
 * ```
 */
export interface RomancyMcpOptionsFactory {
  createRomancyMcpOptions(): RomancyMcpOptions | Promise<RomancyMcpOptions>;
}

/** The HTTP route, which is known when the module is declared. */
export interface McpHttpOptions {
  /** Default `'mcp'`, below the application's global prefix. */
  readonly path?: string;
  /** Guards of the route, for example one that checks a bearer token; what it puts on the request as `auth` reaches the tools. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
}

/** Options beside those of the server. */
export interface RomancyMcpExtras {
  /** `false`: no route, for a process that serves stdio only. Default: `/mcp` without guards. */
  readonly http?: McpHttpOptions | false | undefined;
}
