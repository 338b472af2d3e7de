import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RecordedHistory } from '@romancy/core';
import type * as nest from '@nestjs/testing';
import type * as testing from '@romancy/testing';
import type { ReplayReport } from '@romancy/testing';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

export type { ReplayReport };

/** The workflows of an application, ready to be run against histories. */
export interface ApplicationCode {
  replay(history: RecordedHistory): Promise<ReplayReport>;
  close(): Promise<void>;
}

type Module = new (...args: never[]) => object;

/**
 * Builds the module on a storage in memory and a clock that stands still: nothing of it reaches a database of workflows, and no activity runs.
 *
 * @param app `dist/app.module.js#AppModule`; without a name the default export, or the only class
 */
export async function openReplay(app: string, cwd: string): Promise<ApplicationCode> {
  const { testing, nest } = await packages();
  const module = await moduleOf(app, cwd);
  const builder = nest.Test.createTestingModule({ imports: [module] }).setLogger(false as never);
  const compiled = await testing
    .prepareRomancyTest(builder, { storage: new testing.MemoryStorage() })
    .compile()
    .catch((error: unknown) => {
      throw new CliError(EXIT.failed, `${app} cannot be built: ${String(error)}`, { cause: error });
    });
  const romancy = await testing.startRomancyTest(compiled);
  return {
    close: () => romancy.close(),
    replay: async (history) => {
      try {
        return await romancy.replay(history);
      } catch (error) {
        if (error instanceof TypeError) throw new CliError(EXIT.notFound, error.message, { cause: error });
        throw error;
      }
    },
  };
}

async function packages(): Promise<{ readonly testing: typeof testing; readonly nest: typeof nest }> {
  try {
    return { testing: await import('@romancy/testing'), nest: await import('@nestjs/testing') };
  } catch (error) {
    const cure = 'npm install --save-dev @romancy/testing @nestjs/testing';
    throw new CliError(EXIT.failed, `Replay needs two more packages: ${cure}`, { cause: error });
  }
}

async function moduleOf(app: string, cwd: string): Promise<Module> {
  const [path = '', name] = app.split('#');
  let exports: Record<string, unknown>;
  try {
    exports = (await import(pathToFileURL(resolve(cwd, path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new CliError(EXIT.usage, `${path} cannot be loaded: ${String(error)}. Build the application first.`, {
      cause: error,
    });
  }
  const classes = Object.values(exports).filter((value): value is Module => typeof value === 'function');
  const wanted =
    name === undefined ? (exports['default'] ?? (classes.length === 1 ? classes[0] : undefined)) : exports[name];
  if (typeof wanted === 'function') return wanted as Module;
  throw new CliError(
    EXIT.usage,
    `${path} exports ${Object.keys(exports).join(', ') || 'nothing'}: name the module, as in ${path}#AppModule.`,
  );
}
