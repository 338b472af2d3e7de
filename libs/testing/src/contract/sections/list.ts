import { expect, it } from '@jest/globals';
import type { InstanceFilter } from '@romancy/core';
import { NOON, type Scene } from '../scene.js';

export function list(scene: Scene): void {
  const idsOf = async (filter: InstanceFilter): Promise<string[]> =>
    (await scene.storage.instances.list(filter)).instances.map((row) => row.instanceId);

  it('gives whole rows, newest first', async () => {
    const definition = await scene.definition();
    const old = await scene.held(definition, { startedAt: NOON, input: '{"a":1}' });
    const young = await scene.held(definition, { startedAt: NOON + 1 });
    const page = await scene.storage.instances.list({ workflowName: definition.workflowName });
    expect(page).toEqual({
      instances: [await scene.row(young), await scene.row(old)],
      hasMore: false,
      nextPageToken: null,
    });
  });

  it('leaves out the payloads where they are not wanted', async () => {
    const definition = await scene.definition();
    const ended = await scene.ended(definition);
    await scene.held(definition, { input: '{"a":1}', startedAt: NOON - 1 });
    const { workflowName } = definition;
    const page = await scene.storage.instances.list({ workflowName, withoutPayloads: true });
    expect(page.instances.map(({ input, output }) => [input, output])).toEqual([
      ['', null],
      ['', null],
    ]);
    const filtered = { workflowName, withoutPayloads: true, input: [{ path: 'a', value: 1 }] };
    expect(await idsOf(filtered)).not.toContain(ended.instanceId);
    expect(await idsOf(filtered)).toHaveLength(1);
  });

  it('finds nothing where nothing fits', async () => {
    const page = await scene.storage.instances.list({ workflowName: scene.unique('absent') });
    expect(page).toEqual({ instances: [], hasMore: false, nextPageToken: null });
  });

  it('filters by one status or several', async () => {
    const definition = await scene.definition();
    const waiting = await scene.parked('waiting_for_timer', definition);
    const ended = await scene.ended(definition);
    const running = await scene.held(definition);
    const { workflowName } = definition;
    expect(await idsOf({ workflowName, status: 'completed' })).toEqual([ended.instanceId]);
    const several = await idsOf({ workflowName, status: ['waiting_for_timer', 'running'] });
    expect(several.sort()).toEqual([waiting.instanceId, running.instanceId].sort());
    expect(await idsOf({ workflowName, status: 'failed' })).toEqual([]);
  });

  it('filters by parts of name and id, whatever their case', async () => {
    const definition = await scene.definition(scene.unique('Order_Workflow'));
    const held = await scene.held(definition, { instanceId: scene.unique('Invoice-ABC') });
    const tail = definition.workflowName.slice('Order_'.length);
    expect(await idsOf({ workflowName: tail.toUpperCase() })).toEqual([held.instanceId]);
    expect(await idsOf({ workflowName: tail.toLowerCase() })).toEqual([held.instanceId]);
    expect(await idsOf({ instanceId: held.instanceId.slice(4).toLowerCase() })).toEqual([held.instanceId]);
    expect(await idsOf({ instanceId: held.instanceId.slice(4), workflowName: 'absent' })).toEqual([]);
  });

  it.each(['100%', 'a_b', 'back\\slash', "quo'te", '[x]'])('takes %s literally', async (odd) => {
    const definition = await scene.definition(scene.unique('literal'));
    const { workflowName } = definition;
    const marked = await scene.held(definition, { instanceId: `${scene.unique('id')}-${odd}-end` });
    await scene.held(definition, { instanceId: `${scene.unique('id')}-100x-axb-backslash-quote-x-end` });
    expect(await idsOf({ workflowName, instanceId: odd })).toEqual([marked.instanceId]);
    const other = await scene.definition(`${scene.unique('wf')} ${odd} end`);
    const named = await scene.held(other);
    expect(await idsOf({ workflowName: `${other.workflowName.split(' ')[0] ?? ''} ${odd}` })).toEqual([
      named.instanceId,
    ]);
  });

  it('filters by start time, both ends included, to the millisecond', async () => {
    const definition = await scene.definition();
    const { workflowName } = definition;
    const starts = [NOON, NOON + 1, NOON + 2, NOON + 3];
    const ids: string[] = [];
    for (const startedAt of starts) ids.push((await scene.held(definition, { startedAt })).instanceId);
    expect(await idsOf({ workflowName, startedAfter: NOON + 1, startedBefore: NOON + 2 })).toEqual([ids[2], ids[1]]);
    expect(await idsOf({ workflowName, startedAfter: NOON + 3 })).toEqual([ids[3]]);
    expect(await idsOf({ workflowName, startedBefore: NOON })).toEqual([ids[0]]);
    expect(await idsOf({ workflowName, startedAfter: NOON + 4 })).toEqual([]);
  });

  it('lists our own framework unless it is asked for another, or for all', async () => {
    const definition = await scene.definition();
    const { workflowName } = definition;
    const own = await scene.held(definition);
    const foreignId = scene.unique('foreign');
    await scene.subject.insertForeign({ instanceId: foreignId, workflowName, framework: 'python', status: 'running' });
    expect(await idsOf({ workflowName })).toEqual([own.instanceId]);
    expect(await idsOf({ workflowName, framework: 'python' })).toEqual([foreignId]);
    expect((await idsOf({ workflowName, framework: null })).sort()).toEqual([own.instanceId, foreignId].sort());
  });

  it('combines all filters', async () => {
    const definition = await scene.definition();
    const wanted = await scene.held(definition, { startedAt: NOON + 5, input: '{"sku":"widget"}' });
    await scene.held(definition, { startedAt: NOON + 5, input: '{"sku":"gadget"}' });
    await scene.held(definition, { startedAt: NOON + 99, input: '{"sku":"widget"}' });
    const filter: InstanceFilter = {
      workflowName: definition.workflowName,
      instanceId: 'instance',
      status: ['running'],
      startedAfter: NOON,
      startedBefore: NOON + 10,
      input: [{ path: 'sku', value: 'widget' }],
      limit: 5,
    };
    expect(await idsOf(filter)).toEqual([wanted.instanceId]);
  });
}

export function listPages(scene: Scene): void {
  const pagesOf = async (filter: InstanceFilter, between?: () => Promise<unknown>): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let pageToken: string | null | undefined; pageToken !== null && pages.length < 50;) {
      const page = await scene.storage.instances.list({ ...filter, ...(pageToken === undefined ? {} : { pageToken }) });
      expect(page.hasMore).toBe(page.nextPageToken !== null);
      pages.push(page.instances.map((row) => row.instanceId));
      pageToken = page.nextPageToken;
      await between?.();
    }
    return pages;
  };

  it('hold 50 instances by default, and go on where the last one ended', async () => {
    const definition = await scene.definition();
    const starts = Array.from({ length: 60 }, (_, index) =>
      scene.newInstance(definition, { startedAt: NOON + Math.floor(index / 7) }),
    );
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const pages = await pagesOf({ workflowName: definition.workflowName });
    expect(pages.map((page) => page.length)).toEqual([50, 10]);
    expect(new Set(pages.flat()).size).toBe(60);
  });

  it('never show an instance twice or skip one, however many started in the same millisecond', async () => {
    const definition = await scene.definition();
    const starts = Array.from({ length: 23 }, (_, index) =>
      scene.newInstance(definition, { startedAt: NOON + Math.floor(index / 9) }),
    );
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const { workflowName } = definition;
    const whole = (await pagesOf({ workflowName })).flat();
    const pages = await pagesOf({ workflowName, limit: 4 });
    expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 3]);
    expect(pages.flat()).toEqual(whole);
    expect([...whole].sort()).toEqual(starts.map((create) => create.instanceId).sort());
  });

  it('end without a token when the last page is exactly full', async () => {
    const definition = await scene.definition();
    for (let index = 0; index < 4; index++) await scene.held(definition);
    expect((await pagesOf({ workflowName: definition.workflowName, limit: 2 })).map((page) => page.length)).toEqual([
      2, 2,
    ]);
  });

  it('stay stable while new instances start', async () => {
    const definition = await scene.definition();
    const { workflowName } = definition;
    for (let index = 0; index < 9; index++) await scene.held(definition, { startedAt: NOON + index });
    const before = (await pagesOf({ workflowName })).flat();
    let later = NOON + 1000;
    const pages = await pagesOf({ workflowName, limit: 2 }, () => scene.held(definition, { startedAt: later++ }));
    expect(pages.flat()).toEqual(before);
  });

  it('have tokens of the form <start>||<id>, also where the id holds the separator', async () => {
    const definition = await scene.definition();
    const odd = await scene.held(definition, { instanceId: `${scene.unique('a')}||b`, startedAt: NOON + 1 });
    const last = await scene.held(definition, { startedAt: NOON });
    const filter = { workflowName: definition.workflowName, limit: 1 };
    const page = await scene.storage.instances.list(filter);
    expect(page.nextPageToken).toBe(`${new Date(NOON + 1).toISOString()}||${odd.instanceId}`);
    expect(await pagesOf(filter)).toEqual([[odd.instanceId], [last.instanceId]]);
  });

  it('hold 1000 instances at most', async () => {
    const definition = await scene.definition();
    const starts = Array.from({ length: 1005 }, (_, index) =>
      scene.newInstance(definition, { startedAt: NOON + index }),
    );
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const pages = await pagesOf({ workflowName: definition.workflowName, limit: 5000 });
    expect(pages.map((page) => page.length)).toEqual([1000, 5]);
  });
}

export function listInput(scene: Scene): void {
  it.each([
    ['a text', 'sku', 'widget', { sku: 'widget' }, [{ sku: 'Widget' }, { sku: 'gadget' }, {}]],
    ['a text that looks like a number', 'code', '12', { code: '12' }, [{ code: 12 }, { code: '12.0' }]],
    ['a text that looks like a boolean', 'flag', 'true', { flag: 'true' }, [{ flag: true }, { flag: 'false' }]],
    ['an empty text', 'note', '', { note: '' }, [{ note: null }, {}, { note: ' ' }]],
    ['a text with odd characters', 'name', `O'Neil "ü" 100%_\\`, { name: `O'Neil "ü" 100%_\\` }, [{ name: 'ONeil' }]],
    ['a whole number', 'quantity', 3, { quantity: 3 }, [{ quantity: '3' }, { quantity: 4 }, { quantity: 31 }]],
    ['a fraction', 'price', 19.99, { price: 19.99 }, [{ price: 19.9 }, { price: '19.99' }]],
    ['a negative number', 'delta', -1, { delta: -1 }, [{ delta: 1 }, { delta: true }]],
    ['zero', 'n', 0, { n: 0 }, [{ n: false }, { n: '' }, { n: null }, { n: '0' }]],
    ['true', 'paid', true, { paid: true }, [{ paid: 1 }, { paid: 'true' }, { paid: false }, {}]],
    ['false', 'paid', false, { paid: false }, [{ paid: 0 }, { paid: 'false' }, { paid: null }, {}]],
    ['null', 'coupon', null, { coupon: null }, [{ coupon: 'null' }, { coupon: '' }, { coupon: 0 }, { coupon: false }]],
    [
      'a nested value',
      'order.item.sku',
      'w',
      { order: { item: { sku: 'w' } } },
      [{ order: { sku: 'w' } }, { order: 'w' }],
    ],
  ] as const)('find %s and nothing like it', async (_what, path, value, match, others) => {
    const definition = await scene.definition();
    const wanted = await scene.held(definition, { input: JSON.stringify(match) });
    for (const other of others.filter((candidate) => Object.keys(candidate).length > 0)) {
      await scene.held(definition, { input: JSON.stringify(other) });
    }
    const { instances } = await scene.storage.instances.list({
      workflowName: definition.workflowName,
      input: [{ path, value }],
    });
    expect(instances.map((row) => JSON.parse(row.input) as unknown)).toEqual([match]);
    expect(instances[0]?.instanceId).toBe(wanted.instanceId);
  });

  it('find null also where the path is missing', async () => {
    const definition = await scene.definition();
    await scene.held(definition, { input: '{"other":1}' });
    const filter = { workflowName: definition.workflowName, input: [{ path: 'coupon', value: null }] };
    expect((await scene.storage.instances.list(filter)).instances).toHaveLength(1);
  });

  it('must all hold', async () => {
    const definition = await scene.definition();
    await scene.held(definition, { input: '{"a":1,"b":1}' });
    await scene.held(definition, { input: '{"a":1,"b":2}' });
    const input = [
      { path: 'a', value: 1 },
      { path: 'b', value: 2 },
    ];
    const { instances } = await scene.storage.instances.list({ workflowName: definition.workflowName, input });
    expect(instances.map((row) => row.input)).toEqual(['{"a":1,"b":2}']);
  });

  it('are no error where inputs are of another shape', async () => {
    const definition = await scene.definition();
    for (const input of ['null', '"text"', '5', '[1,2]', 'true', '{"a":{"b":1}}', '{"a":"text"}']) {
      await scene.held(definition, { input });
    }
    const filter = { workflowName: definition.workflowName, input: [{ path: 'a.b', value: 1 }] };
    const { instances } = await scene.storage.instances.list(filter);
    expect(instances.map((row) => row.input)).toEqual(['{"a":{"b":1}}']);
  });
}
