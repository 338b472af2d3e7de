import { DATABASE_URL_FORMS } from '@romancy/typeorm';
import type { Mistake } from './mistake.js';

const MODULE = 'RomancyModule';

export const MODULE_TWICE = (times: number): Mistake => ({
  where: MODULE,
  problem: `is configured ${String(times)} times, so every workflow would run in several engines of this process`,
  cure: 'Call forRoot or forRootAsync once, in the root module; it is global',
});

export const NO_DATABASE = (): Mistake => ({
  where: MODULE,
  problem: 'has no database',
  cure: "Give `database` (a file name or URL), or `dataSource: 'default'` to share the application's own",
});

export const TWO_DATABASES = (): Mistake => ({
  where: MODULE,
  problem: 'has both `database` and `dataSource`',
  cure: "Keep one: `database` for a connection of its own, `dataSource` to share the application's",
});

export const MEMORY_WITHOUT_WORKER = (): Mistake => ({
  where: `${MODULE} option database`,
  problem: 'is in memory, where no other process can run what this one (`worker: false`) starts',
  cure: 'Use a file or a server, or let this process work',
});

export const MEMORY_IN_CLUSTER = (): Mistake => ({
  where: `${MODULE} option database`,
  problem: 'is in memory, but several processes of a cluster would each have their own',
  cure: 'Use a file or a server',
});

export const UNKNOWN_DATA_SOURCE = (given: string): Mistake => ({
  where: `${MODULE} option dataSource`,
  problem: `names ${given}, but no provider of the application is a DataSource under that name or token`,
  cure: 'Import TypeOrmModule with that name, or pass the injection token or the DataSource itself',
});

export const UNREADABLE_DATABASE = (reason: string): Mistake => ({
  where: `${MODULE} option database`,
  problem: `is refused: ${reason.replace(/\.$/, '')}`,
  cure: `Use one of ${DATABASE_URL_FORMS.join(', ')}`,
});

export const INVALID_OPTION = (where: string, option: string, reason: string): Mistake => ({
  where,
  problem: `option ${option} is refused: ${reason.replace(/\.$/, '')}`,
  cure: 'Correct the option',
});
