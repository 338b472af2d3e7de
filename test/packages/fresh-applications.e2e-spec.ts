import {
  FreshApplication,
  makeWorkFolder,
  packLibraries,
  removeFolder,
  type ApplicationShape,
} from './fresh-application.js';

const compilerOptions = {
  target: 'ES2023',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  types: ['node'],
  rootDir: 'src',
  outDir: 'dist',
};

const common = {
  '@types/node': '20.19.43',
  'better-sqlite3': '12.11.1',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  typeorm: '1.1.1',
};

const shapes: readonly ApplicationShape[] = [
  {
    name: 'nest-12-esm',
    manifest: {
      type: 'module',
      dependencies: {
        ...common,
        '@nestjs/common': '12.5.1',
        '@nestjs/core': '12.5.1',
        '@nestjs/platform-express': '12.5.1',
        '@nestjs/testing': '12.1.1',
        typescript: '6.0.3',
      },
    },
    compilerOptions,
  },
  {
    name: 'nest-11-commonjs',
    manifest: {
      dependencies: {
        ...common,
        '@nestjs/common': '11.2.10',
        '@nestjs/core': '11.2.10',
        '@nestjs/platform-express': '11.2.10',
        '@nestjs/testing': '11.2.6',
        typescript: '5.9.3',
      },
    },
    compilerOptions,
  },
];

const minutes = 60_000;

describe('the packed libraries', () => {
  let folder: string;
  let tarballs: Record<string, string>;
  let earlier: FreshApplication | undefined;

  beforeAll(async () => {
    folder = await makeWorkFolder();
    tarballs = await packLibraries(folder);
  }, 2 * minutes);

  afterAll(() => removeFolder(folder));

  describe.each(shapes)('in a fresh application: $name', (shape) => {
    let application: FreshApplication;

    beforeAll(async () => {
      application = await FreshApplication.create(folder, shape, tarballs, earlier);
      earlier = application;
    }, 15 * minutes);

    it('install beside the Nest that the application asks for', async () => {
      expect(await application.installedLibraries()).toEqual(expect.arrayContaining(Object.keys(tarballs)));
      expect(await application.installedVersion('@nestjs/core')).toBe(shape.manifest.dependencies['@nestjs/core']);
    });

    it(
      'compile, boot and run a workflow, which a second start with other code finds finished; of one that does not fit any more, it names the line',
      async () => {
        await application.compile();
        const answer = { status: 200, body: { text: 'Hello, World' } };
        expect(await application.start()).toEqual({ ...answer, calls: 1 });
        const place = expect.stringContaining('this.farewells.part(name)');
        expect(await application.start()).toEqual({ ...answer, calls: 0, place });
      },
      2 * minutes,
    );
  });
});
