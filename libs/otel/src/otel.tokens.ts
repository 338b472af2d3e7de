/** The options of `RomancyOtelModule`. */
export const ROMANCY_OTEL_OPTIONS = Symbol('ROMANCY_OTEL_OPTIONS');

/** Name of the tracer and of the meter. */
export const SCOPE = 'romancy';
