import type { ErrorTypes } from '../history/failure.js';
import type { HookCalls } from '../hooks/hook-calls.js';
import type { Logger } from '../ports/logger.js';
import type { HistoryPlace, HistoryRow } from '../ports/history-row.js';
import type { Storage } from '../ports/storage.js';
import type { Tracing } from '../ports/tracing.js';
import type { Registry } from '../registry/registry.js';
import type { StepIdRules } from '../replay/step-ids.js';
import type { JournalDeps } from './journal.js';
import type { EngineClock } from './engine-clock.js';
import type { Gatherer } from './gatherer.js';
import type { Payloads } from './payloads.js';
import type { PostOffice } from './post-office.js';
import type { Puller } from './puller.js';
import type { Semaphore } from './semaphore.js';
import type { ResolvedSettings } from './settings.js';
import type { Slots } from './slots.js';
import type { UnknownCommits } from './unknown-commit.js';
import type { WaitIndex } from './wait-index.js';
import type { WorkerJudge } from './worker-judge.js';

/** What every part of a running engine shares. */
export interface EngineServices {
  readonly storage: Storage;
  readonly registry: Registry;
  readonly clock: EngineClock;
  readonly logger: Logger;
  readonly hooks: HookCalls;
  readonly tracing: Tracing | undefined;
  readonly settings: ResolvedSettings;
  readonly payloads: Payloads;
  readonly errorTypes: ErrorTypes;
  readonly stepIds: StepIdRules;
  readonly journal: JournalDeps;
  readonly unknownCommits: UnknownCommits;
  readonly puller: Puller;
  /** First pages of histories that are known but for their end: they have few rows or none. */
  readonly newRows: Gatherer<HistoryPlace, readonly HistoryRow[]>;
  readonly waitIndex: WaitIndex;
  readonly postOffice: PostOffice;
  /** A value for `locked_by` that nobody has used (E17b). */
  readonly nextToken: () => string;
  /** What is known of the other workers. */
  readonly judge: WorkerJudge;
  /** For instances. */
  readonly slots: Slots;
  /** Slots for activity bodies. */
  readonly pool: Semaphore;
}
