import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sample, type Sample } from './bench.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What an application has anyway, and the package whose types events have. */
const BASE = [
  '@nestjs/common@12.5.1',
  '@nestjs/core@12.5.1',
  'reflect-metadata@0.2.2',
  'rxjs@7.8.2',
  'typeorm@1.1.1',
  'pg@8.23.1',
  'cloudevents@10.0.0',
];
const OURS = ['core', 'typeorm', 'nestjs'];

/** install: what `@romancy/nestjs` adds to an application that has Nest, TypeORM, a driver and `cloudevents`. */
export async function installCost(): Promise<readonly Sample[]> {
  const folder = mkdtempSync(join(tmpdir(), 'romancy-install-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'application', private: true }));
    const npm = (...args: readonly string[]): string =>
      execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const install = (...packages: readonly string[]): void => {
      npm('install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--install-links', ...packages);
    };
    install(...BASE);
    const before = measured(folder);
    const packed = OURS.map((library) =>
      npm('pack', '--silent', join(root, 'libs', library))
        .trim()
        .split('\n')
        .at(-1),
    );
    install(...packed.map((file) => join(folder, file ?? '')));
    const after = measured(folder);
    return [
      sample('install/packages', after.packages - before.packages, 'packages'),
      sample('install/size', (after.bytes - before.bytes) / 2 ** 20, 'MiB'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measured(folder: string): { packages: number; bytes: number } {
  const entries = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const isPackage = (path: string): boolean => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
  return {
    packages: files.filter(({ name, parentPath }) => name === 'package.json' && isPackage(parentPath)).length,
    bytes: files.reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0),
  };
}
