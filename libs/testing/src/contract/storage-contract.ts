import { afterAll, beforeAll, describe } from '@jest/globals';
import { Scene } from './scene.js';
import * as sections from './sections/index.js';
import type { StorageSubject } from './subject.js';

/**
 * States what every {@link Storage} promises, as jest tests; a storage is right when all of them pass. `open` is called once for the suite.
 *
 * ```ts
 * storageContract('PostgreSQL', () => openPostgres());
 * ```
 */
export function storageContract(name: string, open: () => Promise<StorageSubject>): void {
  describe(`storage contract: ${name}`, () => {
    const scene = new Scene();
    beforeAll(() => scene.open(open), 120_000);
    afterAll(() => scene.close(), 60_000);

    describe('starts', () => sections.starts(scene));
    describe('definitions', () => sections.definitions(scene));
    describe('the fence', () => sections.fence(scene));
    describe('groups', () => sections.groups(scene));
    describe('concurrent groups', () => sections.concurrentGroups(scene));
    describe('parts of an entry', () => sections.parts(scene));
    describe('the outbox', () => sections.outbox(scene));
    describe('statistics', () => sections.statistics(scene));
    describe('the end of an instance', () => sections.ends(scene));
    describe('blocks', () => sections.blocks(scene));
    describe('history', () => sections.history(scene));
    describe('timers', () => sections.timers(scene));
    describe('claims', () => sections.claims(scene));
    describe('claiming one instance', () => sections.claimsOfOne(scene));
    describe('claiming several by name', () => sections.claimsOfThese(scene));
    describe('claims that know the holders', () => sections.holders(scene));
    describe('leadership', () => sections.leadership(scene));
    describe('workers', () => sections.workers(scene));
    describe('take-overs', () => sections.takeovers(scene));
    describe('renewal and release', () => sections.renewals(scene));
    describe('cancel requests', () => sections.cancelRequests(scene));
    describe('chains', () => sections.chains(scene));
    describe('list', () => sections.list(scene));
    describe('pages of list', () => sections.listPages(scene));
    describe('input filters of list', () => sections.listInput(scene));
    describe('inspection of instances', () => sections.inspection(scene));
    describe('inspection as a whole', () => sections.inspectionOfAll(scene));
    describe("activities' transactions", () => sections.activityTransactions(scene));
    describe("callers' transactions", () => sections.foreignTransactions(scene));
    describe('stored messages', () => sections.storedMessages(scene));
    describe('messages that start instances', () => sections.messagesThatStart(scene));
    describe('the order of messages', () => sections.orderOfMessages(scene));
    describe('pending messages', () => sections.pending(scene));
    describe('messages of unknown key', () => sections.unknownKeys(scene));
    describe("other frameworks' messages", () => sections.foreignMessages(scene));
    describe('claims of competing messages', () => sections.competingClaims(scene));
    describe('subscriptions', () => sections.subscriptions(scene));
    describe('messages of an entry', () => sections.messagesOfEntries(scene));
    describe('waits and cursors of an entry', () => sections.waitsOfEntries(scene));
    describe('memberships of groups', () => sections.memberships(scene));
    describe('generations', () => sections.generations(scene));
    describe('staged messages', () => sections.stagedMessages(scene));
    describe('the poll for messages', () => sections.poll(scene));
    describe('waiters', () => sections.waiters(scene));
    describe('parked waits', () => sections.parkedWaits(scene));
    describe('stranded waiters', () => sections.stranded(scene));
    describe('sweeps of messages', () => sections.sweeps(scene));
    describe('removal of finished instances', () => sections.retention(scene));
    describe('payloads', () => sections.payloads(scene));
    describe('names and ids', () => sections.identifiers(scene));
    describe('times and the clock', () => sections.times(scene));
    describe('life cycle', () => sections.lifeCycle(scene));
  });
}
