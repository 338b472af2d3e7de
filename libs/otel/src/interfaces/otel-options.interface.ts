import type { MeterProvider, TracerProvider } from '@opentelemetry/api';

/**
 * Options of `RomancyOtelModule`. Without any, the providers that the application has registered with the API of OpenTelemetry are used.
 *
 * @example
 * ```ts
 * RomancyOtelModule.forRoot({ metrics: false })
 * ```
 */
export interface RomancyOtelOptions {
  /** Default: the one that is registered globally. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the one that is registered globally. */
  readonly meterProvider?: MeterProvider;
  /** False: no spans, and no trace contexts. Default true. */
  readonly traces?: boolean;
  /** False: no metrics. Default true. */
  readonly metrics?: boolean;
  /**
   * Whether `traceparent` and `tracestate` are taken from HTTP requests in which no instrumentation has done so. Default true.
   */
  readonly http?: boolean;
}
