import { silentLogger } from '@romancy/core';
import { postgresDialect } from '../dialect/postgres.dialect.js';
import type { SqlProgram } from '../sql/program.js';
import type { SqlResult, SqlStatement } from '../sql/statement.js';
import { SessionHold, type SessionBackend } from './session-hold.js';

/** How the numbers of server connections are dealt out: by a server, or by a pooler that lends them for one transaction. */
type Dealer = (client: 'own' | 'others') => number;

function backendOf(deal: Dealer): SessionBackend {
  let holder = 0;
  const answer = (statement: SqlStatement, session: number): SqlResult => {
    if (statement.sql.includes('pg_try_advisory_lock')) {
      const taken = holder === 0 || holder === session ? 1 : 0;
      if (taken === 1) holder = session;
      return { rows: [{ taken, session }], affected: 1 };
    }
    return { rows: [{ session, holder }], affected: 1 };
  };
  const session = {
    lost: new Promise<void>(() => undefined),
    run: async (statement: SqlStatement) => answer(statement, deal('own')),
    close: async () => undefined,
  };
  return {
    dialect: postgresDialect,
    openDedicated: async () => session,
    write: async <T>(_label: string, _kind: string, program: SqlProgram<T>): Promise<T> => {
      let step = program.next();
      while (step.done !== true) {
        const number = deal('others');
        step = program.next(step.value.statements.map((statement) => answer(statement, number)));
      }
      return step.value;
    },
  };
}

const holdOn = (deal: Dealer): SessionHold =>
  new SessionHold('worker', backendOf(deal), silentLogger, () => Promise.resolve());

describe('the proof of a session', () => {
  it('holds where each client has a session of its own', async () => {
    const hold = holdOn((client) => (client === 'own' ? 7 : 8));
    expect(await hold.take()).toBe(true);
    expect(await hold.check()).toBe(true);
    expect(hold.epoch).toBe(1);
  });

  it('fails behind a pooler that lends the same connection to the next one who asks', async () => {
    expect(await holdOn(() => 7).take()).toBe(false);
  });

  it('fails behind a pooler that deals its connections out in turn', async () => {
    let turn = 0;
    expect(await holdOn(() => (turn++ % 3) + 1).take()).toBe(false);
  });

  it('fails later where a pooler exchanges the connection only under load', async () => {
    let own = 7;
    const hold = holdOn((client) => (client === 'own' ? own : 8));
    expect(await hold.take()).toBe(true);
    own = 9;
    expect(await hold.check()).toBe(false);
  });
});
