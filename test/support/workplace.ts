import type { DataSource } from 'typeorm';
import { eventually } from './eventually.js';
import { freshDatabase, type DatabaseKind, type TestDatabase } from './test-databases.js';
import type { WorkerSettings } from './worker-messages.js';
import { WorkerProcess } from './worker-process.js';

const EFFECTS = 'CREATE TABLE effects (id VARCHAR(100) NOT NULL, step VARCHAR(100) NOT NULL)';

/** A database with the workers that share it. */
export class Workplace {
  readonly #workers: WorkerProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly connection: DataSource,
  ) {}

  static async on(kind: DatabaseKind): Promise<Workplace> {
    return Workplace.at(await freshDatabase(kind));
  }

  static async at(database: TestDatabase): Promise<Workplace> {
    const connection = await database.connect();
    await connection.query(EFFECTS);
    return new Workplace(database, connection);
  }

  async worker(settings: Partial<WorkerSettings> = {}): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({ database: this.database.url, ...settings });
    this.#workers.push(worker);
    return worker;
  }

  query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    return this.connection.query<T[]>(sql);
  }

  /** Steps whose effects are committed, sorted. */
  async effects(id: string): Promise<readonly string[]> {
    const rows = await this.query<{ step: string }>(`SELECT step FROM effects WHERE id = '${id}' ORDER BY step`);
    return rows.map(({ step }) => step);
  }

  async holder(id: string): Promise<string | null> {
    const [row] = await this.query<{ locked_by: string | null }>(
      `SELECT locked_by FROM workflow_instances WHERE instance_id = '${id}'`,
    );
    return row?.locked_by ?? null;
  }

  async completed(id: string, within: number): Promise<void> {
    const look = async (): Promise<boolean> => {
      const rows = await this.query<{ status: string }>(
        `SELECT status FROM workflow_instances WHERE instance_id = '${id}'`,
      );
      return rows[0]?.status === 'completed';
    };
    await eventually(`${id} is completed`, look, { within, every: 50 });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
    await this.connection.destroy();
    await this.database.drop();
  }
}
