import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const run = promisify(execFile);

/** The lines that a program of the tests prints, in a process of its own: inside jest long runs take several times as long, and memory grows with each. */
export async function linesOf(program: URL, ...args: readonly unknown[]): Promise<readonly string[]> {
  const loader = ['--import', '@swc-node/register/esm-register'];
  const { stdout } = await run(process.execPath, [...loader, fileURLToPath(program), ...args.map(String)], {
    cwd: ROOT,
    maxBuffer: 1 << 26,
  });
  return stdout.trim().split('\n');
}
