import { Injectable } from '@nestjs/common';
import { currentActivity, type DeliverReport, type EventToken, type ForeignTransaction } from '@romancy/core';
import type { EmitOptions } from '../outbox/emit-options.js';
import { OutboxWriter } from '../outbox/outbox-writer.js';
import { EventReceiver } from './event-receiver.js';
import { readIncoming, type IncomingEvent } from './incoming-event.js';

/** What the client does with events. */
@Injectable()
export class ClientEvents {
  constructor(
    private readonly receiver: EventReceiver,
    private readonly writer: OutboxWriter,
  ) {}

  async deliver(event: IncomingEvent): Promise<DeliverReport> {
    return this.receiver.deliver(await this.receiver.check(readIncoming(event)));
  }

  /** In the caller's transaction, else with the activity, else by itself. */
  async emit<Data>(
    type: EventToken<Data> | string,
    data: Data,
    options: EmitOptions,
    transaction: ForeignTransaction | undefined,
  ): Promise<string> {
    if (transaction) return this.writer.emitIn(transaction, type, data, options);
    const activity = currentActivity();
    return activity ? this.writer.emitFrom(activity, type, data, options) : this.writer.emitAlone(type, data, options);
  }
}
