import { Controller, HttpCode, Param, Post, Req, UseFilters, UseGuards, type Type } from '@nestjs/common';
import { EngineHost } from '../../runtime/engine-host.js';
import { EndpointFilter } from '../endpoint.filter.js';
import { rawRequestOf, type PlatformRequest } from '../raw/raw-requests.js';
import type { RouteSettings } from '../route-settings.js';
import { reasonOf } from './cancel-body.js';

export interface CancelReport {
  /** `cancelled` when the instance has ended so, `cancelling` while its compensations run. */
  readonly status: 'cancelled' | 'cancelling';
  readonly instance_id: string;
}

/** The controller that asks for the end of instances. */
export function createCancelController({ path, version, guards, limit }: RouteSettings): Type<object> {
  @UseFilters(EndpointFilter)
  @UseGuards(...guards)
  @Controller({ path, version })
  class CancelController {
    constructor(private readonly host: EngineHost) {}

    @Post(':instanceId')
    @HttpCode(200)
    async cancel(@Param('instanceId') instanceId: string, @Req() request: PlatformRequest): Promise<CancelReport> {
      const reason = reasonOf(await rawRequestOf(request, limit));
      const { engine } = this.host;
      await engine.cancel(instanceId, reason);
      const { status } = await engine.get(instanceId);
      return { status: status === 'cancelled' ? 'cancelled' : 'cancelling', instance_id: instanceId };
    }
  }
  return CancelController;
}
