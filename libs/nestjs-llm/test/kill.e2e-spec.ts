import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './support/child.js';
import { ShopServer } from './support/shop-server.js';
import type { Said } from './wire/dialect.js';
import { openaiCompatible } from './wire/openai-compatible.dialect.js';
import { WireServer } from './wire/wire-server.js';

const TURN: readonly Said[] = [
  { tool: { name: 'findOrder', input: '{"orderId":"17"}' } },
  { tool: { name: 'refund', input: '{"orderId":"17"}' } },
  { text: 'It is paid back.' },
];

/** Which of the three calls of the turn a request is: by what was said before. */
const roundOf = (texts: readonly string[]): number => texts.length - 1;

describe('an agent whose process is killed', () => {
  let folder: string;
  let model: WireServer;
  let shop: ShopServer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'romancy-llm-'));
    model = await WireServer.start(openaiCompatible);
    shop = await ShopServer.start();
    model.replies = ({ texts }) => ({ say: TURN[roundOf(texts)] ?? {} });
  });

  afterEach(async () => {
    await model.stop();
    await shop.stop();
    await rm(folder, { recursive: true });
    expect(model.problems).toEqual([]);
  });

  const start = (): Child => new Child('refund-process.ts', join(folder, 'agent.db'), model.url, shop.url);
  const rounds = (): readonly number[] => model.requests.map(({ texts }) => roundOf(texts));

  async function finish(): Promise<void> {
    const child = start();
    expect([await child.end(), child.output]).toEqual([0, expect.any(String)]);
    expect(child.output).toBe('RESULT {"text":"It is paid back.","calls":3,"messages":6}\n');
  }

  it.each([1, 2])('while the model is asked what follows %d tools goes on with this call', async (round) => {
    const child = start();
    let isFirst = true;
    model.replies = ({ texts }) => {
      if (roundOf(texts) !== round || !isFirst) return { say: TURN[roundOf(texts)] ?? {} };
      isFirst = false;
      child.kill();
      return { silence: true };
    };
    expect(await child.end()).toBe('SIGKILL');
    const before = rounds();
    expect(before).toEqual([0, 1, 2].slice(0, round + 1));
    await finish();
    // What was recorded is not asked again; the call that nobody answered is.
    expect(rounds()).toEqual([...before, ...[0, 1, 2].slice(round)]);
    expect(shop.calls.map(({ path }) => path)).toEqual(['/find', '/refund']);
  });

  it('while a tool runs goes on with this call, under the same key', async () => {
    const path = '/refund';
    const child = start();
    let isFirst = true;
    shop.answers = (call) => {
      if (call.path !== path || !isFirst) return true;
      isFirst = false;
      child.kill();
      return false;
    };
    expect(await child.end()).toBe('SIGKILL');
    await finish();
    expect(rounds()).toEqual([0, 1, 2]);
    const keys = shop.calls.filter((call) => call.path === path).map(({ key }) => key);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(shop.calls).toHaveLength(3);
  });
});
