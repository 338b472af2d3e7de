/** DBOS Transact: PostgreSQL only. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { setTimeout as delay } from 'node:timers/promises';
import { rowsOf } from './rows.mjs';

const n = (k) => DBOS.runStep(() => Promise.resolve({ n: k }), { name: 'n' });

export async function open({ url, concurrency }) {
  const five = DBOS.registerWorkflow(
    async ({ steps }) => {
      let sum = 0;
      for (let k = 1; k <= steps; k += 1) sum += (await n(k)).n;
      return sum;
    },
    { name: 'five' },
  );
  const wait = DBOS.registerWorkflow(
    async (steps) => {
      for (let k = 1; k <= steps; k += 1) await n(k);
      return DBOS.recv('go', 600);
    },
    { name: 'wait' },
  );
  const sleep = DBOS.registerWorkflow(
    async (ms) => {
      const due = Date.now() + ms;
      await DBOS.sleep(ms);
      return Date.now() - due;
    },
    { name: 'sleep' },
  );
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: Math.max(20, Math.min(concurrency, 50)),
    logLevel: 'error',
  });
  await DBOS.launch();
  const rows = await rowsOf(url);
  const handles = new Map();
  return {
    five: async (input) => (await DBOS.startWorkflow(five)(input)).getResult(),
    startWait: async (id, steps) => {
      handles.set(id, await DBOS.startWorkflow(wait, { workflowID: id })(steps));
      // It tells nobody that it waits, and waits in memory.
      await delay(20);
    },
    sendEvent: (id, payload) => DBOS.send(id, payload, 'go'),
    waitResult: (id) => handles.get(id).getResult(),
    sleep: async (ms) => (await DBOS.startWorkflow(sleep)(ms)).getResult(),
    stored: async () => ({
      completed: await rows.count(`SELECT COUNT(*) AS n FROM dbos.workflow_status WHERE status = 'SUCCESS'`),
      results: await rows.count(`SELECT COUNT(*) AS n FROM dbos.operation_outputs WHERE function_name = 'n'`),
    }),
    close: async () => {
      await rows.close();
      await DBOS.shutdown();
    },
  };
}
