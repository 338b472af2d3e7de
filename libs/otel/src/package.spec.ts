import { readFileSync } from 'node:fs';
import * as library from '@romancy/otel';

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

describe('@romancy/otel', () => {
  it('is loaded from its sources, and leaves the choice of an SDK to the application', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;
    expect(manifest.name).toBe('@romancy/otel');
    expect(library).toBeDefined();
    expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@opentelemetry/'))).toEqual([]);
  });
});
