import type { Command } from 'commander';
import { Application } from './connection/application.js';
import { readConfig, type Config } from './connection/config-file.js';
import { existing, openStorage } from './connection/database.js';
import { applicationPlace, placeFor, type GlobalOptions, type Place } from './connection/target.js';
import { ApplicationSource } from './sources/application-source.js';
import { DatabaseSource } from './sources/database-source.js';
import type { Source } from './sources/source.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { json } from './output/json.js';
import type { Terminal } from './terminal.js';
import type { TypeOrmStorage } from '@romancy/typeorm';

/** What a command works with: its options, where it goes, where it writes. */
export class Context<Options extends object = object> {
  private constructor(
    readonly terminal: Terminal,
    readonly options: Options & GlobalOptions,
    readonly config: Config,
  ) {}

  static async of<Options extends object>(terminal: Terminal, command: Command): Promise<Context<Options>> {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    return new Context(terminal, options, await readConfig(terminal.cwd, options.config));
  }

  place(preference: Place['kind']): Place {
    return placeFor(this.#sources, preference);
  }

  application(): Application {
    return new Application(applicationPlace(this.#sources));
  }

  /** Runs with the instances of the database, or of the application. */
  async withSource<T>(work: (source: Source) => Promise<T>): Promise<T> {
    const place = this.place('database');
    const source =
      place.kind === 'application'
        ? new ApplicationSource(new Application(place))
        : new DatabaseSource(await openStorage(place, this.terminal.cwd));
    try {
      return await work(source);
    } finally {
      await source.close();
    }
  }

  /** Runs with the database, for what an application does not offer. */
  async withStorage<T>(work: (storage: TypeOrmStorage) => Promise<T>): Promise<T> {
    const place = this.#databasePlace();
    const storage = await openStorage(place, this.terminal.cwd);
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  }

  /** The database as it is named; `make`: a file that does not exist may be made. */
  async database(make: boolean): Promise<string> {
    const place = this.#databasePlace();
    return make ? place.database : existing(place, this.terminal.cwd);
  }

  /** One document for programs where `--json` was asked for, else text for people. */
  print(value: unknown, text: () => string): void {
    this.terminal.out(this.options.json ? json(value) : text());
  }

  #databasePlace(): Extract<Place, { readonly kind: 'database' }> {
    const place = this.place('database');
    if (place.kind === 'database') return place;
    throw new CliError(EXIT.usage, 'This works on the database alone: name it with --database.');
  }

  get #sources(): Parameters<typeof placeFor>[0] {
    return { options: this.options, env: this.terminal.env, config: this.config };
  }
}
