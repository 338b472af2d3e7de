import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { EXIT } from '@romancy/cli';
import { databaseKinds, freshDatabase } from '../support/test-databases.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// The run of all tests has built everything just before; by itself this one takes the sources.
const COMMAND =
  process.env['TEST_ALL'] === '1'
    ? ['libs/cli/dist/bin.js']
    : ['--import', '@swc-node/register/esm-register', 'libs/cli/src/bin.ts'];

/** The program in a process of its own: code, output and error output are those of the operating system. */
async function program(
  args: readonly string[],
  { input = '', database = '' } = {},
): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [...COMMAND, ...args], {
    cwd: ROOT,
    env: { ...process.env, ROMANCY_DATABASE: database },
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

describe.each(databaseKinds.filter((kind) => kind === 'sqlite' || kind === 'postgres'))('the program on %s', (kind) => {
  it('makes the tables, answers JSON on the standard output alone, ends by itself, and exits with its codes', async () => {
    const { url: database, drop } = await freshDatabase(kind);
    try {
      const early = await program(['list'], { database });
      expect(early).toMatchObject({ code: kind === 'sqlite' ? EXIT.unreachable : EXIT.notMigrated, out: '' });
      expect(early.err).toMatch(/^romancy: /);
      expect(await program(['migrate', 'up'], { database })).toMatchObject({ code: EXIT.ok, err: '' });
      const listed = await program(['--json', 'list'], { database });
      expect(listed).toMatchObject({ code: EXIT.ok, err: '' });
      expect(JSON.parse(listed.out)).toEqual({ instances: [], nextPageToken: null, searchedTo: null });
      const started = await program(['start', 'order_workflow', '-'], { database, input: '{"sku": "widget"}' });
      expect(started.err).toContain('No application with the workflow order_workflow');
      expect(started.code).toBe(EXIT.notFound);
    } finally {
      await drop();
    }
  });
});
