import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);

export interface ApplicationShape {
  readonly name: string;
  /** Fields of its package.json beside the names of our packages. */
  readonly manifest: { readonly type?: 'module'; readonly dependencies: Record<string, string> };
  readonly compilerOptions: Record<string, unknown>;
}

/** Runs a program and answers with what it printed; a failure carries all of its output. */
async function run(folder: string, program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed in ${folder}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Packs every library of the workspace, as publishing would, and names the tarballs by package. */
export async function packLibraries(folder: string): Promise<Record<string, string>> {
  const args = ['pack', '--workspaces', '--json', '--pack-destination', folder];
  const packed = JSON.parse(await run(root, 'npm', args)) as readonly { name: string; filename: string }[];
  return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${join(folder, filename)}`]));
}

export async function makeWorkFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'romancy-fresh-'));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** An application outside the workspace, with nothing but what its own package.json asks for. */
export class FreshApplication {
  private constructor(private readonly folder: string) {}

  /** The native driver is compiled by the first installation; a later one takes it over, which spares a minute. */
  static async create(
    parent: string,
    shape: ApplicationShape,
    tarballs: Record<string, string>,
    compiled?: FreshApplication,
  ): Promise<FreshApplication> {
    const folder = join(parent, shape.name);
    await mkdir(folder, { recursive: true });
    const manifest = { name: shape.name, version: '1.0.0', private: true, ...shape.manifest };
    const dependencies = { ...manifest.dependencies, ...tarballs };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }, null, 2));
    const configuration = { compilerOptions: shape.compilerOptions, include: ['src'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration, null, 2));
    await cp(join(root, 'test/packages/application'), join(folder, 'src'), { recursive: true });
    await run(folder, 'npm', ['install', '--no-audit', '--no-fund', ...(compiled ? ['--ignore-scripts'] : [])]);
    const application = new FreshApplication(folder);
    if (compiled) await cp(compiled.driverBuild, application.driverBuild, { recursive: true });
    return application;
  }

  private get driverBuild(): string {
    return join(this.folder, 'node_modules/better-sqlite3/build');
  }

  async compile(): Promise<void> {
    await run(this.folder, process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
  }

  /** Starts the compiled application and answers with the line that it printed last. */
  async start(): Promise<unknown> {
    const lines = (await run(this.folder, process.execPath, ['dist/main.js'])).trim().split('\n');
    return JSON.parse(lines.at(-1) ?? '');
  }

  async installedVersion(name: string): Promise<string> {
    const script = `console.log(JSON.parse(require('fs').readFileSync('node_modules/${name}/package.json', 'utf8')).version)`;
    return (await run(this.folder, process.execPath, ['-e', script])).trim();
  }

  /** Names of our packages that are installed, as folders and not as links into the workspace. */
  async installedLibraries(): Promise<readonly string[]> {
    const entries = await readdir(join(this.folder, 'node_modules/@romancy'), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => `@romancy/${entry.name}`);
  }
}
