import { emptyEntry, type CommitEntry, type EntryVerdict } from '../ports/commit.js';
import { silentLogger } from '../ports/logger.js';
import { Committer } from './committer.js';
import { withResolvers, type Resolvers } from './with-resolvers.js';

interface Group {
  readonly entries: readonly CommitEntry[];
  readonly answer: Resolvers<readonly EntryVerdict[]>;
}

describe('Committer', () => {
  const groups: Group[] = [];
  const turn = () => new Promise(setImmediate);

  function committer(sessions: number, tellInHalvesFrom: number): Committer {
    groups.length = 0;
    const write = (entries: readonly CommitEntry[]): Promise<readonly EntryVerdict[]> => {
      const answer = withResolvers<readonly EntryVerdict[]>();
      groups.push({ entries, answer });
      return answer.promise;
    };
    const store = { sessions, acquire: () => Promise.resolve({ write, release: () => undefined }) };
    return new Committer(store, silentLogger, { maxGroup: 500, secondSessionFrom: 3, tellInHalvesFrom });
  }

  function written(group: Group | undefined): void {
    group?.answer.resolve(group.entries.map(() => ({ kind: 'done' })));
  }

  const submit = (to: Committer, names: readonly string[], then: (name: string) => void): void => {
    for (const name of names) void to.write(emptyEntry(name, 'token')).then(() => then(name));
  };

  it('tells a large group in two halves: what the first one goes on to write is under way before the second one hears', async () => {
    const to = committer(2, 6);
    const told: string[] = [];
    submit(to, ['a', 'b', 'c', 'd', 'e', 'f'], (name) => {
      told.push(name);
      submit(to, [`${name} again`], () => undefined);
    });
    await turn();
    expect(groups.map(({ entries }) => entries.length)).toEqual([6]);
    const seen: string[][] = [];
    written(groups[0]);
    await turn();
    seen.push([...told]);
    await turn();
    seen.push([...told]);
    expect(seen[0]).toEqual(['a', 'b', 'c']);
    expect(seen.at(-1)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(groups[1]?.entries.map(({ instanceId }) => instanceId)).toEqual(['a again', 'b again', 'c again']);
    for (let open = 1; open < groups.length; open += 1) {
      written(groups[open]);
      await turn();
    }
    await to.drain();
    expect(groups.flatMap(({ entries }) => entries)).toHaveLength(12);
  });

  it('tells a small group at once', async () => {
    const to = committer(2, 6);
    const told: string[] = [];
    submit(to, ['a', 'b', 'c', 'd', 'e'], (name) => told.push(name));
    await turn();
    written(groups[0]);
    await Promise.resolve();
    await turn();
    expect(told).toEqual(['a', 'b', 'c', 'd', 'e']);
    await to.drain();
  });
});
