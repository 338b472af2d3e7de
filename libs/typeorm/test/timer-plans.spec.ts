import { DataSource } from 'typeorm';
import { createDatabase, openStorage } from './support/databases.js';

it('timers are looked for by their time, and not through the instances, on SQLite', async () => {
  const database = await createDatabase('sqlite');
  const sent: string[] = [];
  const storage = await openStorage(database, { onStatement: (statement) => sent.push(statement) });
  try {
    await storage.timers.upcoming(['a', 'b'], Date.now(), 10);
    const statement = sent.findLast((each) => each.includes('workflow_timer_subscriptions')) ?? '';
    const connection = await new DataSource(database.dataSourceOptions()).initialize();
    const nothing = Array.from(statement.matchAll(/\?/g), () => null);
    const plan = await connection.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${statement}`, nothing);
    await connection.destroy();
    expect(plan.map(({ detail }) => detail).slice(0, 2)).toEqual([
      expect.stringMatching(/^SEARCH t USING INDEX idx_timer_subscriptions_expires \(expires_at<\?\)/),
      expect.stringMatching(/^SEARCH i USING INDEX \w+ \(instance_id=\?\)/),
    ]);
  } finally {
    await storage.close();
    await database.drop();
  }
});
