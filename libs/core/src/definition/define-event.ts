import { definedEvents } from './event-definitions.js';
import type { StandardSchema } from './standard-schema.js';
import type { EventToken } from './tokens.js';

/** An event type with what is known of its data; made by {@link defineEvent}. */
export interface EventDefinition<Data = unknown> extends EventToken<Data> {
  readonly schema?: StandardSchema<Data, unknown> | undefined;
}

export interface EventDefinitionOptions<Data> {
  /** Takes the key from the data: each waiter is served and woken for its own. Default the event's subject. */
  readonly key?: (data: Data) => string;
  /**
   * What the data has to look like. An event that does not is refused before anything is stored. It checks only: what is stored, and what
   * workflows get, is the data as it was sent, without the schema's defaults and conversions.
   */
  readonly schema?: StandardSchema<Data, unknown>;
}

/**
 * Names a CloudEvent type once, with the type of its data. The process then knows its key and schema wherever such an event is accepted, so
 * define it in a module that the accepting process imports as well.
 *
 * @example
 * ```ts
 * export const orderPlaced = defineEvent<OrderInput>('order.placed');
 * export const orderPaid = defineEvent<{ orderId: string }>('order.paid', { key: (data) => data.orderId });
 * export const orderReturned = defineEvent('order.returned', { schema: z.object({ orderId: z.string() }) });
 * ```
 */
export function defineEvent<Data = unknown>(
  type: string,
  options: EventDefinitionOptions<Data> = {},
): EventDefinition<Data> {
  const definition: EventDefinition<Data> = Object.freeze({ type, key: options.key, schema: options.schema });
  definedEvents.add(definition);
  return definition;
}
