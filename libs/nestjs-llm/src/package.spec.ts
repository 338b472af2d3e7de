import { readdirSync, readFileSync } from 'node:fs';
import * as library from '@romancy/nestjs-llm';

interface Manifest {
  readonly name: string;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

function manifest(of: string): Manifest {
  return JSON.parse(readFileSync(new URL(`../../${of}/package.json`, import.meta.url), 'utf8')) as Manifest;
}

describe('@romancy/nestjs-llm', () => {
  it('is loaded from its sources', () => {
    expect(manifest('nestjs-llm').name).toBe('@romancy/nestjs-llm');
    expect(library).toBeDefined();
  });

  it('comes to nobody who does not ask for it, and brings no provider along', () => {
    const others = readdirSync(new URL('../../', import.meta.url)).filter((name) => name !== 'nestjs-llm');
    expect(others).toContain('nestjs');
    for (const other of others) {
      const { dependencies = {}, peerDependencies = {} } = manifest(other);
      expect(Object.keys({ ...dependencies, ...peerDependencies })).not.toContain('@romancy/nestjs-llm');
    }
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest('nestjs-llm');
    const providers = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) =>
      name.startsWith('@ai-sdk/'),
    );
    expect(providers).toHaveLength(4);
    for (const provider of providers) expect(peerDependenciesMeta[provider]).toEqual({ optional: true });
  });
});
