import { readdirSync, readFileSync } from 'node:fs';
import * as library from '@romancy/nestjs-mcp';

type Manifest = Record<'name' | 'dependencies' | 'peerDependencies', Record<string, string> | undefined>;

const libs = new URL('../../', import.meta.url);

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(new URL(`${name}/package.json`, libs), 'utf8')) as Manifest;

describe('@romancy/nestjs-mcp', () => {
  it('is loaded from its sources', () => {
    expect(manifestOf('nestjs-mcp').name).toBe('@romancy/nestjs-mcp');
    expect(library.RomancyMcpModule).toBeDefined();
  });

  it('comes, with the SDK of the protocol, to nobody who does not ask for it', () => {
    const others = readdirSync(libs).filter((name) => name !== 'nestjs-mcp');
    expect(others).toContain('nestjs');
    const wanted = others
      .map(manifestOf)
      .flatMap(({ dependencies, peerDependencies }) => Object.keys({ ...dependencies, ...peerDependencies }));
    expect(wanted).not.toContain('@romancy/nestjs-mcp');
    expect(wanted).not.toContain('@modelcontextprotocol/sdk');
    expect(manifestOf('nestjs-mcp').peerDependencies).toHaveProperty(['@romancy/nestjs']);
  });
});
