import { readFileSync } from 'node:fs';
import * as library from '@romancy/nestjs-llm';

describe('@romancy/nestjs-llm', () => {
  it('is loaded from its sources', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { name: string };
    expect(manifest.name).toBe('@romancy/nestjs-llm');
    expect(library).toBeDefined();
  });
});
