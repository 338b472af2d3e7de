import { Injectable } from '@nestjs/common';
import {
  acceptedEvent,
  checkEventData,
  InvalidEventError,
  targetOf,
  type AcceptedEvent,
  type CloudEventValue,
  type DeliverReport,
} from '@romancy/core';
import { EngineHost } from '../runtime/engine-host.js';
import { EventStarts } from './event-starts.js';

/** Brings events from outside to the engine. */
@Injectable()
export class EventReceiver {
  constructor(
    private readonly host: EngineHost,
    private readonly starts: EventStarts,
  ) {}

  /**
   * Checks the data against what the event's definition declares, and finds out what the event starts.
   * @throws InvalidEventError
   */
  async check(event: CloudEventValue): Promise<AcceptedEvent> {
    const issues = await checkEventData(event);
    if (issues.length > 0) throw new InvalidEventError('DataError', issues);
    const starts = targetOf(event) === undefined ? await this.starts.of(event) : [];
    return acceptedEvent(event, starts);
  }

  async deliver(event: AcceptedEvent): Promise<DeliverReport> {
    return this.host.engine.deliver(event);
  }
}
