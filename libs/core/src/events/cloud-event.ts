/** Value of an extension attribute. */
export type ExtensionValue = string | number | boolean;

/**
 * A CloudEvent (version 1.0) outside workflows: as it was accepted, or as it will be sent. `data` is JSON, text, or bytes
 * (`Uint8Array`); undefined for an event without data.
 */
export interface CloudEventValue<Data = unknown> {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** RFC 3339, as it was sent. */
  readonly time: string | undefined;
  readonly dataContentType: string | undefined;
  readonly dataSchema: string | undefined;
  readonly extensions: Readonly<Record<string, ExtensionValue>>;
  readonly data: Data;
}
