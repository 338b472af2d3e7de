import type { InjectionToken } from '@nestjs/common';
import type { OutboxPublisher, OutboxSettings } from '@romancy/core';
import type { ClientPublisherOptions, EventClient } from '../outbox/client-publisher.js';
import type { HttpPublisherOptions } from '../outbox/http-publisher.js';

/**
 * The outbox: where this process sends the events that activities and clients have emitted. Give one of `http`, `client` and `publisher`;
 * with none of them events are only written, for another process to send.
 *
 * @example
 * ```ts
 * RomancyModule.forRoot({ database: 'workflow.db', outbox: { source: '/orders', http: { url: 'https://broker.example/events' } } })
 * ```
 */
export interface RomancyOutboxOptions extends OutboxSettings {
  /** Source of events that name none, a URI reference. Default `/` and the service's name. */
  readonly source?: string;
  /** Posts them as CloudEvents over HTTP. */
  readonly http?: HttpPublisherOptions;
  /** Emits them through a `ClientProxy` of @nestjs/microservices: its injection token, or the object. */
  readonly client?: InjectionToken | EventClient;
  /** Pattern for `client`. Default the event's type. */
  readonly pattern?: NonNullable<ClientPublisherOptions['pattern']>;
  /** Hands them to a publisher of your own: its injection token (a class), or the object. */
  readonly publisher?: InjectionToken | OutboxPublisher;
}
