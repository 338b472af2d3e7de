import {
  DatabaseSchema,
  migrationScript,
  parseDatabaseUrl,
  type DialectName,
  type IndexSet,
  type StorageSettings,
} from '@romancy/typeorm';
import { Option, type Command } from 'commander';
import { CliError } from '../cli-error.js';
import { FRUGAL } from '../connection/database.js';
import { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { table } from '../output/table.js';
import type { Terminal } from '../terminal.js';

const INDEX_SETS: readonly IndexSet[] = ['family', 'lean'];
const DIALECTS: readonly DialectName[] = ['sqlite', 'postgres', 'mysql', 'mariadb'];

export function migrateCommand(parent: Command, terminal: Terminal): void {
  const migrate = parent.command('migrate').description('brings the tables up to date, or tells whether they are');

  migrate
    .command('up')
    .description('applies what is pending; makes an SQLite file that does not exist')
    .addOption(new Option('--indexes <set>', 'of the shared tables; default: as they are').choices(INDEX_SETS))
    .action(async (_: unknown, command: Command) => {
      const applied: string[] = [];
      const context = await Context.of<{ readonly indexes?: IndexSet }>(terminal, command);
      const { indexes } = context.options;
      const up = (schema: DatabaseSchema): Promise<void> =>
        schema.up((name) => {
          applied.push(name);
          if (!context.options.json) terminal.out(`applied ${name}`);
        });
      await withSchema(context, true, up, indexes && { indexes });
      if (context.options.json || applied.length === 0) context.print({ applied }, () => 'The tables are up to date.');
    });

  migrate
    .command('status')
    .description('lists the migrations; exits with 6 while one is pending')
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of(terminal, command);
      const statuses = await withSchema(context, false, (schema) => schema.statuses());
      context.print(statuses, () =>
        table(
          ['STATE', 'MIGRATION'],
          statuses.map(({ state, name }) => [state, name]),
        ),
      );
      const pending = statuses.filter(({ state }) => state === 'pending').length;
      if (pending > 0)
        throw new CliError(EXIT.notMigrated, `${String(pending)} pending: \`romancy migrate up\` applies them.`);
    });

  migrate
    .command('print')
    .description('prints the SQL, for those who apply it by other means')
    .addOption(new Option('--dialect <name>', 'default: that of the database').choices(DIALECTS))
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of<{ readonly dialect?: DialectName }>(terminal, command);
      const dialect = context.options.dialect ?? parseDatabaseUrl(await context.database(true)).kind;
      const script = await migrationScript(dialect);
      context.print(script, () => script.map(({ name, sql }) => `-- ${name}\n\n${sql}`).join('\n'));
    });

  migrate
    .command('down')
    .description('takes the newest migration back, with the data in the tables and columns that it made')
    .option('--yes', 'yes, the data shall go')
    .action(async (_: unknown, command: Command) => {
      const context = await Context.of<{ readonly yes?: true }>(terminal, command);
      await withSchema(context, false, async (schema) => {
        const last = (await schema.statuses()).findLast(({ state }) => state === 'applied');
        if (last === undefined) {
          context.print({ reverted: null }, () => 'No migration is applied.');
          return;
        }
        if (!context.options.yes)
          throw new CliError(
            EXIT.usage,
            `This would take ${last.name} back and remove its data. Stop the workers, then say --yes.`,
          );
        const reverted = await schema.down();
        context.print({ reverted: reverted?.name ?? null }, () => `took back ${reverted?.name ?? 'nothing'}`);
      });
    });
}

async function withSchema<T>(
  context: Context,
  make: boolean,
  work: (schema: DatabaseSchema) => Promise<T>,
  settings: StorageSettings = {},
): Promise<T> {
  const schema = await DatabaseSchema.open({ database: await context.database(make), ...FRUGAL, ...settings });
  try {
    return await work(schema);
  } finally {
    await schema.close();
  }
}
