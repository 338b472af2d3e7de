/** The options of `RomancyOtelModule`. */
export const ROMANCY_OTEL_OPTIONS = Symbol('ROMANCY_OTEL_OPTIONS');
