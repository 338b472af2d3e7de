import { Controller, HttpCode, Post, Req, UseFilters, UseGuards, type Type } from '@nestjs/common';
import { EventReceiver } from '../../events/event-receiver.js';
import type { RouteSettings } from '../route-settings.js';
import { rawRequestOf, type PlatformRequest } from '../raw/raw-requests.js';
import { EventsFilter } from './events.filter.js';
import { readRequest } from './read-request.js';

export interface Accepted {
  readonly status: 'accepted';
}

/** The controller that takes CloudEvents in. */
export function createEventsController({ path, version, guards, limit }: RouteSettings): Type<object> {
  @UseFilters(EventsFilter)
  @UseGuards(...guards)
  @Controller({ path, version })
  class EventsController {
    constructor(private readonly receiver: EventReceiver) {}

    /** Answers when the events, and what they start, are durable. */
    @Post()
    @HttpCode(202)
    async accept(@Req() request: PlatformRequest): Promise<Accepted> {
      const events = readRequest(await rawRequestOf(request, limit));
      // All are checked before the first one is stored.
      const checked = [];
      for (const event of events) checked.push(await this.receiver.check(event));
      for (const event of checked) await this.receiver.deliver(event);
      return { status: 'accepted' };
    }
  }
  return EventsController;
}
