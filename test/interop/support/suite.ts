import { jest } from '@jest/globals';
import type { DatabaseKind } from '../../support/test-databases.js';
import { channelScenarios } from '../scenarios/channels.js';
import { eventScenarios } from '../scenarios/events.js';
import { housekeepingScenarios } from '../scenarios/housekeeping.js';
import { instanceScenarios } from '../scenarios/instances.js';
import { lifecycleScenarios } from '../scenarios/lifecycle.js';
import { relayScenarios } from '../scenarios/relays.js';
import { shopScenario } from '../scenarios/shop.js';
import { startUpScenarios } from '../scenarios/start-up.js';
import { tableScenario } from '../scenarios/tables.js';
import { viewerScenarios } from '../scenarios/viewers.js';
import { MAKERS, Pair, type PeerName } from './pair.js';

/** Everything on one database. The scenarios run beside each other, each on names of its own. */
export function interop(kind: DatabaseKind): void {
  jest.setTimeout(240_000);
  const pairs = new Map<PeerName, Pair>();

  // at the root: concurrent tests begin before the hooks of a describe block
  beforeAll(async () => {
    // one after another: Edda's lock of migrations is that of the whole MySQL server, and it does not wait long for it
    for (const maker of MAKERS) pairs.set(maker, await Pair.start(kind, maker));
  }, 240_000);

  afterAll(async () => {
    await Promise.all([...pairs.values()].map((pair) => pair.close()));
  }, 60_000);

  describe.each(MAKERS)(`one ${kind} database with tables made by %s`, (maker) => {
    const pair = (): Pair => pairs.get(maker)!;
    channelScenarios(it.concurrent, pair);
    eventScenarios(it.concurrent, pair);
    instanceScenarios(it.concurrent, pair);
    tableScenario(pair);
  });

  describe(`an empty ${kind} database`, () => {
    startUpScenarios(kind, () => pairs.get('typescript')!);
  });

  describe(`processes on one ${kind} database`, () => {
    relayScenarios(() => pairs.get('typescript')!);
    lifecycleScenarios(() => pairs.get('typescript')!);
    viewerScenarios(() => pairs.get('typescript')!);
    shopScenario(() => pairs.get('typescript')!);
    housekeepingScenarios(() => pairs.get('typescript')!);
  });
}
