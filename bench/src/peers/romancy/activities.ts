import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Activity, ActivityContext } from '@romancy/nestjs';

/** What the workflows of the benchmark call; counts the bodies that this process has run. */
@Injectable()
export class Activities {
  bodies = 0;

  constructor(private readonly context: ActivityContext) {}

  @Activity({ transactional: false })
  n(k: number): Promise<{ n: number }> {
    this.bodies += 1;
    return Promise.resolve({ n: k });
  }

  @Activity()
  async store(k: number): Promise<{ n: number }> {
    this.bodies += 1;
    const { manager, instanceId } = this.context;
    const place = manager.dataSource.options.type === 'postgres' ? ['$1', '$2'] : ['?', '?'];
    await manager.query(`INSERT INTO bench_rows (instance_id, n) VALUES (${place.join(', ')})`, [instanceId, k]);
    return { n: k };
  }

  @Activity({ transactional: false })
  async slow(k: number, ms: number): Promise<{ n: number }> {
    this.bodies += 1;
    await delay(ms);
    return { n: k };
  }
}
