import type { ExtensionValue } from '@romancy/core';

/** Options of `emit`. */
export interface EmitOptions {
  /** URI reference of what the event comes from. Default `outbox.source` of the module. */
  readonly source?: string;
  readonly subject?: string;
  /** When it happened. Default now. */
  readonly time?: Date;
  /** Media type of the data. Default `application/json`, for bytes `application/octet-stream`; a text of another type is sent as it is. */
  readonly contentType?: string;
  /** URI of the schema that the data follows. */
  readonly dataSchema?: string;
  /** Extension attributes: names of lower-case letters and digits. */
  readonly extensions?: Readonly<Record<string, ExtensionValue>>;
  /**
   * Events with one key are sent one after another, in the order in which they were emitted; one that is tried again holds up those behind it.
   * `true` keeps the order of all events of the source. Default: no order.
   */
  readonly ordered?: boolean | string;
}
