import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { RetentionTimes } from '@romancy/core';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

export const CONFIG_FILE = 'romancy.config.json';

/** What a project says once, so that nobody types it. */
export interface Config {
  /** A file or URL of a database. */
  readonly database?: string;
  /** Where the application answers. */
  readonly url?: string;
  /** Path of its route for events. */
  readonly path?: string;
  /** Path of its viewer. */
  readonly viewerPath?: string;
  /** Headers for every request, for example of authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The module with the workflows, for `replay`: `dist/app.module.js#AppModule`. */
  readonly app?: string;
  /** Times for `gc`, as in the module's `instanceRetention`. */
  readonly retention?: RetentionTimes & { readonly workflows?: Readonly<Record<string, RetentionTimes>> };
}

const KEYS = ['database', 'url', 'path', 'viewerPath', 'headers', 'app', 'retention'];

/** Reads the named file, or the one of the folder if there is one. */
export async function readConfig(cwd: string, named: string | undefined): Promise<Config> {
  const name = named ?? CONFIG_FILE;
  const file = isAbsolute(name) ? name : join(cwd, name);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CliError(EXIT.usage, `The configuration ${file} cannot be read: ${String(error)}`, { cause: error });
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new CliError(EXIT.usage, `The configuration ${file} is not JSON: ${String(error)}`, { cause: error });
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new CliError(EXIT.usage, `The configuration ${file} must be a JSON object.`);
  const unknown = Object.keys(config).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0)
    throw new CliError(
      EXIT.usage,
      `The configuration ${file} has ${unknown.join(', ')}; known are ${KEYS.join(', ')}.`,
    );
  return config;
}
