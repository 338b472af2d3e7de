import { AttemptEntity } from './attempt.entity.js';
import { BlockEntity } from './block.entity.js';
import { CompensationEntity } from './compensation.entity.js';
import { DefinitionEntity } from './definition.entity.js';
import { RunEntity } from './run.entity.js';
import { TimerEntity } from './timer.entity.js';
import { WorkerEntity } from './worker.entity.js';

/** The tables that are read through TypeORM. Only the engine's own DataSource knows them: the application's never synchronizes them. */
export const ENTITIES = [
  AttemptEntity,
  BlockEntity,
  CompensationEntity,
  DefinitionEntity,
  RunEntity,
  TimerEntity,
  WorkerEntity,
];
