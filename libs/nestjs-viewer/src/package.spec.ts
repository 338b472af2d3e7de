import { readdirSync, readFileSync } from 'node:fs';
import * as library from '@romancy/nestjs-viewer';

interface Manifest {
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly files?: readonly string[];
}

const libs = new URL('../../', import.meta.url);

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(new URL(`${name}/package.json`, libs), 'utf8')) as Manifest;
}

describe('@romancy/nestjs-viewer', () => {
  it('comes, with its page, to nobody who does not ask for it', () => {
    expect(library.RomancyViewerModule).toBeDefined();
    expect(manifestOf('nestjs-viewer').files).toContain('page/*.js');
    for (const other of readdirSync(libs).filter((name) => name !== 'nestjs-viewer')) {
      const { dependencies = {}, peerDependencies = {} } = manifestOf(other);
      expect(Object.keys({ ...dependencies, ...peerDependencies })).not.toContain('@romancy/nestjs-viewer');
    }
  });

  it('has a page that loads nothing from elsewhere', () => {
    const folder = new URL('nestjs-viewer/page/', libs);
    for (const name of readdirSync(folder).filter((each) => /\.(js|css|html)$/.test(each))) {
      const text = readFileSync(new URL(name, folder), 'utf8').replaceAll('http://www.w3.org/2000/svg', '');
      expect({
        name,
        found: /https?:\/\/|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.exec(text),
      }).toEqual({
        name,
        found: null,
      });
    }
  });
});
