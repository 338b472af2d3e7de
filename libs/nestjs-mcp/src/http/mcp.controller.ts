import { All, Controller, Req, Res, UseGuards, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import type { McpHttpOptions } from '../interfaces/mcp-options.interface.js';
import { HttpEndpoint } from './http-endpoint.js';
import { takeOver } from './http-exchange.js';

const DEFAULT_PATH = 'mcp';

/** The controller of the route, below the global prefix and without a version. */
export function createMcpController({ path = DEFAULT_PATH, guards = [] }: McpHttpOptions): Type<object> {
  @UseGuards(...guards)
  @Controller({ path, version: VERSION_NEUTRAL })
  class McpController {
    constructor(private readonly endpoint: HttpEndpoint) {}

    @All()
    async handle(@Req() request: object, @Res() response: object): Promise<void> {
      await this.endpoint.handle(takeOver(request, response));
    }
  }
  return McpController;
}
