import type { ReadResourceResult } from '../sdk.js';

/** Options of {@link McpResource}. */
export interface McpResourceOptions {
  /** `stock://all`, or a template (RFC 6570): `stock://items/{sku}`. */
  readonly uri: string;
  /** What it holds. */
  readonly description: string;
  /** Default: the method name. */
  readonly name?: string;
  /** For people. Default: none. */
  readonly title?: string;
  /** Default: `text/plain` for text, `application/octet-stream` for bytes, `application/json` for everything else. */
  readonly mimeType?: string;
  /** Methods of the same class that propose values, by variable of the template: `{ sku: 'skusLike' }`. */
  readonly complete?: Readonly<Record<string, string>>;
}

/** What a resource may return: text, bytes, a value (sent as JSON), or all that the protocol has; undefined when there is no such thing. */
export type McpResourceAnswer = string | Uint8Array | ReadResourceResult | object | undefined;
