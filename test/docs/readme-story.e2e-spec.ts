import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { OrdersProcess } from '../support/orders-process.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { blocksOf } from './snippets/blocks.js';

const shell = promisify(execFile);

/** Lines to type, and what is printed below them. */
interface Exchange {
  readonly lines: readonly string[];
  readonly answers: readonly string[];
}

const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');

function exchanges(): readonly Exchange[] {
  const blocks = blocksOf('README.md');
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1];
    if (language !== 'bash' || !text.startsWith('curl')) return [];
    if (next?.language !== 'json') throw new Error(`The README shows no answer to:\n${text}`);
    return [{ lines: linesOf(text), answers: linesOf(next.text) }];
  });
}

/** As the README has it; an ellipsis stands for any text. */
function pattern(answer: string): RegExp {
  const escaped = answer.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('…', '[^"]+')}$`);
}

describe('the sixty seconds of the README', () => {
  const [posted, afterwards, approved, ...others] = exchanges();
  let database: TestDatabase;
  let shop: OrdersProcess;

  beforeAll(async () => {
    database = await freshDatabase('sqlite');
    shop = await OrdersProcess.start({ database: database.url });
  }, 200_000);

  afterAll(async () => {
    await shop.stop();
    await database.drop();
  });

  async function type(line: string): Promise<string> {
    const { stdout } = await shell('sh', ['-c', line.replace('localhost:3000', new URL(shop.url).host)]);
    return stdout.trim();
  }

  async function hold({ lines, answers }: Exchange): Promise<void> {
    expect(answers).toHaveLength(lines.length);
    for (const [index, line] of lines.entries()) {
      const expected = pattern(answers[index]!);
      let answer = '';
      const given = async (): Promise<boolean> => expected.test((answer = await type(line)));
      // In its own words, when it does not come.
      await eventually('the answer', given, { within: 20_000, every: 200 }).catch(() =>
        expect(answer).toMatch(expected),
      );
    }
  }

  it('go as they are told, with a process that is killed in between', async () => {
    expect(others).toEqual([]);
    await hold(posted!);
    await shell('sh', ['-c', `kill -9 ${/\(process (\d+)\)/.exec(shop.output)?.[1] ?? 'nobody'}`]);
    expect(await shop.death()).toBe('SIGKILL');
    shop = await OrdersProcess.start({ database: database.url });
    await hold(afterwards!);
    await hold(approved!);
    const connection = await database.connect();
    expect(await connection.query(`SELECT quantity FROM reservations WHERE order_id = '17'`)).toEqual([
      { quantity: 2 },
    ]);
    expect(await connection.query(`SELECT answer FROM gateway_calls`)).toHaveLength(2 + 1);
    const charges = await connection.query<{ amount: number }[]>(`SELECT amount FROM gateway_charges ORDER BY amount`);
    expect(charges).toEqual([{ amount: 39.8 }, { amount: 1200 }]);
    await connection.destroy();
  }, 120_000);

  it('include a program that posts many orders, each of which comes to its outcome', async () => {
    const { stdout } = await shell(process.execPath, ['examples/orders/post-orders.mjs', shop.url]);
    expect(stdout).toMatch(/^\{ completed: 25, failed: 14, refused: 15 \}$/m);
  }, 120_000);
});
