import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RecordedHistory } from '@romancy/core';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** The histories in these files, and in the .json files of these folders. */
export async function readHistories(paths: readonly string[], cwd: string): Promise<readonly RecordedHistory[]> {
  const files = await Promise.all(paths.map((path) => filesOf(resolve(cwd, path))));
  return Promise.all(files.flat().map(readHistory));
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

async function readHistory(file: string): Promise<RecordedHistory> {
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
