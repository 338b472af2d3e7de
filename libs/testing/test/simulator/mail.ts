import { isTerminal, type StartRequest } from '@romancy/core';
import type { Random } from '../../../../test/support/random.js';
import type { World } from '../engine/world.js';
import { EDITOR, numbered, type Mail } from './mailroom.js';

/** More than one look into the database brings. */
const MANY_NEWS = 25;

export function randomMail(random: Random): Mail {
  const mail = {
    readers: random.int(1, 2),
    takers: random.int(1, 2),
    news: random.int(1, 5),
    letters: random.int(1, 3),
    jobs: random.int(1, 6),
  };
  return mail.news === 5 && mail.letters === 3 ? { ...mail, news: MANY_NEWS } : mail;
}

/** The editor is the first: everybody writes to it. */
export function instancesOf(mail: Mail): readonly StartRequest[] {
  const readers = readersOf(mail).map((instanceId) => ({
    workflowName: 'reader',
    instanceId,
    input: { name: instanceId, mail, heard: 0 },
  }));
  const takers = numbered(mail.takers).map((number) => ({
    workflowName: 'taker',
    instanceId: `mail-taker-${number}`,
    input: null,
  }));
  return [{ workflowName: 'editor', instanceId: EDITOR, input: mail }, ...readers, ...takers];
}

export function readersOf({ readers }: Mail): readonly string[] {
  return numbered(readers).map((number) => `mail-reader-${number}`);
}

/** What an activity of the mailroom has noted; undefined for other effects. All generations of a chain count as its first one. */
export function noteOf(
  effect: string,
): { readonly reader: string; readonly channel: string; readonly text: string } | undefined {
  const [, reader, channel = '', text = ''] = /^(mail-[^~/]+)[^/]*\/(\S+) (.*)$/.exec(effect) ?? [];
  return reader === undefined ? undefined : { reader, channel, text };
}

/**
 * Each message is delivered to each subscriber once and in order, a competing one to exactly one; every chain ends.
 *
 * @param steady nobody was left behind with a message in hand: a single taker then takes them in order
 */
export function checkMail(world: World, mail: Mail, steady: boolean): void {
  const expect = (what: string, found: readonly string[], wanted: readonly string[]): void => {
    if (found.join() !== wanted.join()) world.violations.push(`${what}: ${found.join()} instead of ${wanted.join()}`);
  };
  const noted = world.storage.effects.flatMap((effect) => noteOf(effect) ?? []);
  const notedBy = (reader: string, channel: string): string[] =>
    noted.filter((note) => note.reader === reader && note.channel === channel).map(({ text }) => text);

  for (const reader of readersOf(mail)) {
    expect(`news for ${reader}`, notedBy(reader, 'news'), numbered(mail.news));
    expect(`letters for ${reader}`, notedBy(reader, 'letters'), numbered(mail.letters));
    expect(`payment of ${reader}`, notedBy(reader, 'paid'), [reader]);
    expect(`tip for ${reader}`, notedBy(reader, 'tips'), ['tip']);
  }
  const taken = noted.filter(({ channel }) => channel === 'jobs').map(({ text }) => text);
  // A job that a commit on its way holds is passed over, and is back in the queue when that fails; by then the last taker may have been stopped.
  const left = steady
    ? []
    : world.storage.database.messages.ofChannel('jobs').map(({ data }) => String(JSON.parse(data ?? '')));
  expect('jobs', [...taken, ...left.filter((text) => text !== 'stop')].toSorted(), numbered(mail.jobs).toSorted());
  if (steady && mail.takers === 1) expect('jobs in order', taken, numbered(mail.jobs));
  expect(
    'group',
    noted.filter(({ reader }) => reader === EDITOR).map(({ channel, text }) => `${channel} ${text}`),
    [],
  );
  for (const { row } of world.storage.database.instances.values()) {
    if (!row.instanceId.startsWith('mail-')) continue;
    if (!isTerminal(row.status) || !['completed', 'recurred'].includes(row.status))
      world.violations.push(`${row.instanceId} ended ${row.status}: ${row.output ?? ''}`);
  }
}
