import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import type { RomancyMcpOptions } from '../interfaces/mcp-options.interface.js';
import { ROMANCY_MCP_OPTIONS } from '../mcp.tokens.js';
import { McpServer, SetLevelRequestSchema, type Server, type Transport } from '../sdk.js';
import { handleCompletions } from './completion-handlers.js';
import { LogThreshold } from './log-threshold.js';
import { handlePrompts } from './prompt-handlers.js';
import { RequestContext } from './request-context.js';
import { handleResources } from './resource-handlers.js';
import type { ServerParts } from './server-parts.js';
import { Subscriptions } from './subscriptions.js';
import { handleTools } from './tool-handlers.js';

export interface ConnectOptions {
  /** The transport carries what the server says by itself, not only answers. */
  readonly pushes: boolean;
}

/** Connects a server to a transport. Each client has a server of its own; what they offer is the same. */
@Injectable()
export class McpServerFactory {
  constructor(
    @Inject(ROMANCY_MCP_OPTIONS) private readonly options: RomancyMcpOptions,
    private readonly catalogue: Catalogue,
    private readonly subscriptions: Subscriptions,
  ) {}

  async connect(transport: Transport, { pushes }: ConnectOptions): Promise<Server> {
    const server = this.#create(pushes);
    await server.connect(transport);
    return server;
  }

  #create(pushes: boolean): Server {
    const { name, version, title, instructions } = this.options;
    const info = { name, version, ...(title === undefined ? {} : { title }) };
    const { catalogue } = this;
    const capabilities = {
      tools: {},
      logging: {},
      ...(catalogue.prompts.size > 0 ? { prompts: {} } : {}),
      ...(catalogue.resources.length > 0 ? { resources: { subscribe: pushes } } : {}),
      ...(hasCompletions(catalogue) ? { completions: {} } : {}),
    };
    // The high-level class knows schemas of zod only; its inner server takes any, if the class does not see the capabilities first.
    const { server } = new McpServer(info, instructions === undefined ? {} : { instructions });
    server.registerCapabilities(capabilities);
    const threshold = new LogThreshold();
    server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
      threshold.level = params.level;
      return {};
    });
    const parts: ServerParts = {
      server,
      catalogue,
      contextOf: (extra) => new RequestContext(extra, server, threshold),
    };
    handleTools(parts);
    if (catalogue.prompts.size > 0) handlePrompts(parts);
    if (catalogue.resources.length > 0) handleResources(parts, pushes ? this.subscriptions : undefined);
    if (hasCompletions(catalogue)) handleCompletions(parts);
    return server;
  }
}

function hasCompletions({ prompts, resources }: Catalogue): boolean {
  return [...prompts.values(), ...resources].some(({ completions }) => completions.size > 0);
}
