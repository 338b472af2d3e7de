export type {
  RomancyViewerExtras,
  RomancyViewerOptions,
  RomancyViewerOptionsFactory,
} from './interfaces/viewer-options.interface.js';
export { RomancyViewerModule } from './romancy-viewer.module.js';
export { ROMANCY_VIEWER_OPTIONS } from './viewer.tokens.js';
