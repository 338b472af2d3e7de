import { expect, it } from '@jest/globals';
import { LEASE, NOON, step, type Scene } from '../scene.js';

const TEXTS = [
  ['umlauts, CJK, emoji', JSON.stringify({ text: 'äöü ß 中文 🚀👩‍👩‍👧 é' })],
  ['quotes and escapes', JSON.stringify({ text: `'"\`\\ \n\r\t % _ ? $1 :name @p1 {} --;` })],
  ['escaped control characters', JSON.stringify({ text: '\u0001\u001f\u2028\u2029' })],
  ['key order and number forms', '{"z":1.10,"a":1e3,"m":12345678901234567890}'],
  ['white space', ' {\n\t"a" : 1 }\n'],
  ['the empty object', '{}'],
  ['null', 'null'],
] as const;

export function payloads(scene: Scene): void {
  it.each(TEXTS)('%s come back as they were, in every column', async (_what, text) => {
    const held = await scene.held(undefined, { input: text });
    await scene.record(held, {
      history: [step('a:1', { data: text })],
      compensations: [{ activityId: 'a:1', activityName: 'undo', args: text }],
      putAttempts: [{ stepId: 'b:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: text }],
      block: { codeVersion: 'v', code: 'c', explanation: text, blockedAt: NOON },
      output: text,
    });
    expect(await scene.row(held)).toMatchObject({ input: text, output: text });
    expect(await scene.history(held)).toMatchObject([{ data: text }]);
    expect(await scene.storage.runState.compensations(held.instanceId)).toMatchObject([{ args: text }]);
    expect(await scene.storage.runState.load(held.instanceId)).toMatchObject({
      attempts: [{ errors: text }],
      block: { explanation: text },
    });
  });

  it('many of them in one group come back as they were, each in its place', async () => {
    const instances = await Promise.all([scene.held(), scene.held()]);
    const rows = TEXTS.map(([, text], index) => step(`a:${String(index)}`, { data: text }));
    await Promise.all(instances.map((held) => scene.record(held, { history: rows })));
    for (const held of instances) {
      expect((await scene.history(held)).map((row) => row.data)).toEqual(TEXTS.map(([, text]) => text));
    }
  });

  it('a stage and a cancel reason may hold any text', async () => {
    const held = await scene.held();
    const text = `paid 🚀 'quoted' "ü" \\ 100%`;
    await scene.record(held, { stage: text });
    await scene.storage.instances.requestCancel(held.instanceId, text, NOON);
    expect(await scene.row(held)).toMatchObject({ stage: text, cancelReason: text });
  });

  it('bytes come back as bytes, alone or beside a text', async () => {
    const held = await scene.held();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await scene.record(held, {
      history: [
        step('alone:1', { data: null, binary: bytes }),
        step('beside:1', { data: '{"kind":"bytes"}', binary: Buffer.from(bytes) }),
        step('empty:1', { data: null, binary: new Uint8Array(0) }),
        step('none:1', { data: null, binary: null }),
      ],
    });
    const rows = await scene.history(held);
    expect(rows.map((row) => row.data)).toEqual([null, '{"kind":"bytes"}', null, null]);
    expect(rows.map((row) => (row.binary === null ? null : [...row.binary]))).toEqual([
      [...bytes],
      [...bytes],
      [],
      null,
    ]);
    expect(ArrayBuffer.isView(rows[0]?.binary)).toBe(true);
  });

  it('a payload of 8 MiB and a result of 2 MiB of bytes are stored', async () => {
    const large = JSON.stringify({ text: 'ä'.repeat(4 * 1024 * 1024 - 10) });
    const bytes = new Uint8Array(2 * 1024 * 1024).fill(171);
    const held = await scene.held(undefined, { input: large });
    await scene.record(held, { history: [step('a:1', { data: large, binary: bytes })] });
    // Compared by length and content without printing megabytes when it fails.
    expect((await scene.row(held)).input === large).toBe(true);
    const [row] = await scene.history(held);
    expect(row?.data === large).toBe(true);
    expect(row?.binary?.length).toBe(bytes.length);
    expect(Buffer.compare(row?.binary ?? new Uint8Array(), bytes)).toBe(0);
  });

  it('a text with U+0000 is stored, or refused as a value with nothing written', async () => {
    const held = await scene.held();
    const write = scene.record(held, { history: [step('a:1', { data: '"a\0b"' })], stage: 'nul' });
    if (scene.storage.limits.refusesNul) {
      await expect(write).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'value' });
      expect(await scene.history(held)).toEqual([]);
      expect(await scene.row(held)).toMatchObject({ stage: null });
    } else {
      expect(await write).toEqual({ kind: 'done' });
      expect((await scene.history(held))[0]?.data).toBe('"a\0b"');
    }
  });
}

export function identifiers(scene: Scene): void {
  const longest = (prefix: string): string => prefix.padEnd(scene.storage.limits.maxIdLength ?? 255, 'x');

  it.each([
    "o'neil",
    '"quoted"',
    'with space',
    'ünï-中文-🚀',
    "'; DROP TABLE workflow_instances; --",
    'a%b_c\\d',
    '$1 ? :x @y',
  ])('%s may be part of every id and name', async (odd) => {
    const definition = await scene.definition(`${scene.unique('wf')} ${odd}`);
    const token = `${scene.unique('worker')} ${odd}`;
    const instanceId = `${scene.unique('instance')} ${odd}`;
    const held = { instanceId, token, definition };
    await scene.write(scene.startEntry(scene.newInstance(definition, { instanceId, lock: { token, leaseMs: LEASE } })));
    const verdict = await scene.record(held, {
      history: [step(`${odd}:1`)],
      addTimers: [{ timerId: `${odd}:2`, activityId: `${odd}:2`, expiresAt: NOON }],
      putAttempts: [{ stepId: `${odd}:3`, attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' }],
      compensations: [{ activityId: `${odd}:1`, activityName: `undo ${odd}`, args: '[]' }],
      currentActivityId: `${odd}:1`,
    });
    expect(verdict).toEqual({ kind: 'done' });
    expect(await scene.row(held)).toMatchObject({ instanceId, lockedBy: token, currentActivityId: `${odd}:1` });
    expect(await scene.recordedSteps(held)).toEqual([`${odd}:1`]);
    expect(await scene.storage.timers.upcoming([definition.workflowName], NOON + 1000, 9)).toMatchObject([
      { instanceId, timerId: `${odd}:2` },
    ]);
    expect(await scene.storage.runState.load(instanceId)).toMatchObject({ attempts: [{ stepId: `${odd}:3` }] });
    expect(await scene.storage.leases.renew([held], LEASE)).toEqual({ lost: [], cancelRequested: [] });
    await scene.storage.leases.release([held]);
    expect(await scene.claim(scene.scope(definition))).toEqual([instanceId]);
    const page = await scene.storage.instances.list({ instanceId });
    expect(page.instances.map((row) => row.instanceId)).toEqual([instanceId]);
  });

  it('ids of 200 characters are stored', async () => {
    const definition = await scene.definition(scene.unique('wf').padEnd(200, 'w'));
    const held = await scene.held(definition, { instanceId: scene.unique('instance').padEnd(200, 'i') });
    const activityId = 'a'.repeat(198).concat(':1');
    expect(await scene.record(held, { history: [step(activityId)] })).toEqual({ kind: 'done' });
    expect(await scene.recordedSteps(held)).toEqual([activityId]);
  });

  it('ids of the longest length are stored', async () => {
    const held = await scene.held(undefined, { instanceId: longest(scene.unique('i')) });
    expect(await scene.record(held, { history: [step(longest('a'))], stage: longest('s') })).toEqual({ kind: 'done' });
    expect(await scene.recordedSteps(held)).toEqual([longest('a')]);
    expect(await scene.row(held)).toMatchObject({ stage: longest('s') });
  });

  it('longer ids are refused as a value with nothing written, where there is a limit', async () => {
    const { maxIdLength } = scene.storage.limits;
    const held = await scene.held();
    const tooLong = longest('a').concat('b');
    const write = scene.record(held, { history: [step('good:1'), step(tooLong)] });
    if (maxIdLength === null) {
      expect(await write).toEqual({ kind: 'done' });
    } else {
      await expect(write).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'value' });
      expect(await scene.history(held)).toEqual([]);
    }
  });
}

export function times(scene: Scene): void {
  it('of starts and of history are kept to the millisecond', async () => {
    const definition = await scene.definition();
    for (const offset of [0, 1, 499, 500, 999]) {
      const moment = Date.parse('2026-07-01T00:00:00.000Z') + offset;
      const held = await scene.held(definition, { startedAt: moment });
      await scene.record(held, { history: [step('a:1', { time: moment })] });
      expect((await scene.row(held)).startedAt).toBe(moment);
      expect((await scene.history(held))[0]?.time).toBe(moment);
    }
  });

  it('are the same in winter and summer, and around a change of clocks', async () => {
    const definition = await scene.definition();
    for (const iso of ['2026-01-15T12:00:00.001Z', '2026-03-29T01:30:00.002Z', '2026-10-25T00:30:00.003Z']) {
      const moment = Date.parse(iso);
      const held = await scene.held(definition, { startedAt: moment });
      const timer = { timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: moment };
      await scene.record(held, { history: [step('a:1', { time: moment })], addTimers: [timer] });
      expect((await scene.row(held)).startedAt).toBe(moment);
      expect((await scene.history(held))[0]?.time).toBe(moment);
      expect((await scene.storage.runState.load(held.instanceId)).timers).toEqual([timer]);
    }
  });

  it('of history may be equal: the order is that of the ids', async () => {
    const held = await scene.held();
    await scene.record(held, { history: [step('b:1', { time: NOON }), step('a:1', { time: NOON - 1 })] });
    expect(await scene.recordedSteps(held)).toEqual(['b:1', 'a:1']);
  });

  it('the clock of the database goes on, in milliseconds', async () => {
    const before = await scene.storage.databaseNow();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const after = await scene.storage.databaseNow();
    expect(after - before).toBeGreaterThanOrEqual(25);
    expect(after - before).toBeLessThan(5000);
    expect(Number.isFinite(after)).toBe(true);
  });
}

export function lifeCycle(scene: Scene): void {
  it('a second process sees what the first has committed', async () => {
    const held = await scene.held();
    await scene.withSecondProcess(async (second) => {
      expect(await second.instances.get(held.instanceId)).toEqual(await scene.row(held));
    });
  });

  it('closing twice is no error, and does not disturb other processes', async () => {
    const second = await scene.subject.connect?.();
    await second?.close();
    await second?.close();
    expect(await scene.record(await scene.held(), { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('knows its dialect and its limits', () => {
    expect(scene.storage.dialect).toMatch(/^[a-z]+$/);
    expect(scene.storage.commits.sessions).toBeGreaterThanOrEqual(1);
    expect(scene.storage.limits).toEqual({
      maxIdLength: scene.storage.limits.maxIdLength,
      refusesNul: expect.any(Boolean),
      maxTime: scene.storage.limits.maxTime,
    });
  });
}
