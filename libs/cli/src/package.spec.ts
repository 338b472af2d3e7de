import { readFileSync } from 'node:fs';
import * as library from '@romancy/cli';

describe('@romancy/cli', () => {
  it('is loaded from its sources', () => {
    expect(library.run).toBeDefined();
  });

  it('brings nothing along but the engine, its storage and a parser', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      readonly dependencies: object;
    };
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['@romancy/core', '@romancy/typeorm', 'commander']);
  });
});
