/** Runs a TypeScript server from the sources for as long as something uses it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './libraries.mjs';

export const fromSources = ['--import', '@swc-node/register/esm-register'];

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 60_000;

/**
 * Calls `use` with what the first group of `line` has found in the output of the server. The output is read to the end: the server
 * would die of a pipe that is closed.
 */
export async function withServer({ program, line, env = {} }, use) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const server = spawn(process.execPath, [...fromSources, program], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio,
  });
  const ended = once(server, 'exit');
  const limit = setTimeout(() => server.kill('SIGKILL'), START_LIMIT_MS);
  try {
    const found = await new Promise((resolve, reject) => {
      let printed = '';
      server.stdout.setEncoding('utf8').on('data', (chunk) => {
        printed += chunk;
        const match = line.exec(printed);
        if (match) resolve(match[1]);
      });
      server.once('exit', () => reject(new Error(`${program} did not start:\n${printed}`)));
    });
    clearTimeout(limit);
    await use(found);
  } finally {
    clearTimeout(limit);
    server.kill('SIGTERM');
    const last = setTimeout(() => {
      console.error(`${program} did not stop.`);
      process.exitCode = 1;
      server.kill('SIGKILL');
    }, STOP_LIMIT_MS);
    await ended;
    clearTimeout(last);
  }
}
