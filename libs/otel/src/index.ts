export type { RomancyOtelOptions } from './interfaces/otel-options.interface.js';
export { ROMANCY_OTEL_OPTIONS } from './otel.tokens.js';
export { RomancyOtelModule } from './romancy-otel.module.js';
