import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '../../../../test/support/eventually.js';
import { CallStash } from './call-stash.js';
import type { LiveCall } from './live-call.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const call = (name: string): LiveCall => ({ name, options: {}, messages: [], newFrom: 0, schema: undefined });

describe('CallStash', () => {
  it('hands out what was put, by instance and number', () => {
    const stash = new CallStash();
    const [first, second] = [call('a'), call('b')];
    stash.put('i', 1, first);
    stash.put('i', 2, second);
    expect([stash.get('i', 1), stash.get('i', 2), stash.get('j', 1)]).toEqual([first, second, undefined]);
    stash.drop('i', 1, first);
    expect([stash.get('i', 1), stash.size]).toEqual([undefined, 1]);
  });

  it('keeps the call of a later run when the earlier one is over', () => {
    const stash = new CallStash();
    const [early, late] = [call('a'), call('a')];
    stash.put('i', 1, early);
    stash.put('i', 1, late);
    stash.drop('i', 1, early);
    expect(stash.get('i', 1)).toBe(late);
  });

  it('does not keep calls that nobody waits for', async () => {
    const stash = new CallStash();
    const kept = call('kept');
    for (let index = 0; index < 100; index += 1) stash.put('given-up', index, call('lost'));
    stash.put('i', 1, kept);
    await eventually('the calls are gone', async () => {
      collect();
      return stash.size === 1;
    });
    expect(stash.get('i', 1)).toBe(kept);
  });
});
