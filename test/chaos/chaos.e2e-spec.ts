import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { databaseKinds, type DatabaseKind } from '../support/test-databases.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOUND = ['lost', 'stuck', 'doubled', 'afterRecord', 'messagesLost', 'messagesDoubled', 'wrong'] as const;

/** As `npm run chaos` does; everything that it says, and the summary. */
async function chaos(kind: DatabaseKind): Promise<{ code: unknown; output: string; summary: Record<string, unknown> }> {
  const command = [
    '--import',
    '@swc-node/register/esm-register',
    'test/chaos/main.ts',
    '--db',
    kind,
    '--seconds',
    '15',
  ];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [unknown];
  const summary = /^\{"ok".*\}$/m.exec(output)?.[0] ?? '{}';
  return { code, output, summary: JSON.parse(summary) as Record<string, unknown> };
}

it.each(databaseKinds)(
  'nothing is lost, doubled or stuck on %s while processes and the database die at random',
  async (kind) => {
    const { code, output, summary } = await chaos(kind);
    process.stdout.write(`${output.trim()}\n`);
    expect(summary).toMatchObject({ ok: true, ...Object.fromEntries(FOUND.map((name) => [name, 0])) });
    expect(Number(summary['orders'])).toBeGreaterThan(10);
    expect(Number(summary['kills']) + Number(summary['stops']) + Number(summary['pauses'])).toBeGreaterThan(0);
    expect(code).toBe(0);
  },
  600_000,
);
