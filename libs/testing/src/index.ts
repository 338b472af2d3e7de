export * from './memory-storage/index.js';
export { prepareRomancyTest, type RomancyTestOptions } from './nest/prepare-romancy-test.js';
export { RomancyTest, startRomancyTest } from './nest/romancy-test.js';
export { exportHistory } from './replay/export-history.js';
export type { RecordedHistory, RecordedRow } from './replay/recorded-history.js';
export { replayHistory } from './replay/replay-history.js';
export type { ReplayFinding, ReplayReport } from './replay/replay-report.js';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
