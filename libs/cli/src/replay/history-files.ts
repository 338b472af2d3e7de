import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RecordedHistory } from '@romancy/core';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** These files, and the .json files of these folders. */
export async function historyFiles(paths: readonly string[], cwd: string): Promise<readonly string[]> {
  return (await Promise.all(paths.map((path) => filesOf(resolve(cwd, path))))).flat();
}

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return (await readdir(path))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new CliError(EXIT.notFound, `There is no file or folder ${path}.`, { cause: error });
  }
}

export async function readHistory(file: string): Promise<RecordedHistory> {
  let history: unknown;
  try {
    history = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} is not JSON: ${String(error)}`, { cause: error });
  }
  const { format, instance, rows } = (history ?? {}) as Partial<RecordedHistory>;
  if (format !== 1 || typeof instance?.workflowName !== 'string' || !Array.isArray(rows))
    throw new CliError(EXIT.usage, `${file} is no history that \`romancy export\` has written.`);
  return history as RecordedHistory;
}
