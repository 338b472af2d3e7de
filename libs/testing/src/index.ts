export * from './memory-storage/index.js';
export { prepareRomancyTest, type RomancyTestOptions } from './nest/prepare-romancy-test.js';
export { RomancyTest, startRomancyTest } from './nest/romancy-test.js';
export { exportHistory, type RecordedHistory, type RecordedRow } from '@romancy/core';
export { replayHistory } from './replay/replay-history.js';
export type { ReplayFinding, ReplayReport } from './replay/replay-report.js';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
