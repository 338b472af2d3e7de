import type { CloudEventValue, OutboxPublisher } from '@romancy/core';
import { HTTP } from 'cloudevents';
import { lastValueFrom, type Observable } from 'rxjs';
import { toCloudEvent } from './outgoing-cloud-event.js';

/** As much of `ClientProxy` of @nestjs/microservices as is used here. */
export interface EventClient {
  emit(pattern: unknown, data: unknown): Observable<unknown>;
}

/** Options of {@link clientPublisher}. */
export interface ClientPublisherOptions {
  /** Pattern under which an event is emitted. Default its type. */
  readonly pattern?: (event: CloudEventValue) => unknown;
}

/**
 * Publishes through a `ClientProxy` of @nestjs/microservices (TCP, Redis, NATS, RabbitMQ, Kafka …): the payload is the event in the JSON form
 * of CloudEvents, bytes as `data_base64`. How sure the delivery is, is up to the transport: TCP and Redis lose what nobody listens for.
 *
 * @example
 * ```ts
 * clientPublisher(app.get('BROKER'), { pattern: (event) => ({ topic: event.type }) })
 * ```
 */
export function clientPublisher(client: EventClient, options: ClientPublisherOptions = {}): OutboxPublisher {
  return {
    async publish(event: CloudEventValue): Promise<void> {
      const { body } = HTTP.structured(toCloudEvent(event));
      const pattern = options.pattern?.(event) ?? event.type;
      await lastValueFrom(client.emit(pattern, JSON.parse(String(body))), { defaultValue: undefined });
    },
  };
}
