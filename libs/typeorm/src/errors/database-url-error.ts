import { RomancyError } from '@romancy/core';

/** The forms in which a database can be named, as error messages and the documentation list them. */
export const DATABASE_URL_FORMS = [
  'sqlite:////absolute/path/file.db',
  'sqlite:///relative/path/file.db',
  'sqlite::memory:',
  'postgres://user:password@host:5432/database (or postgresql://)',
  'mysql://user:password@host:3306/database',
  'mariadb://user:password@host:3306/database',
  'workflow.db (a plain file name: SQLite)',
] as const;

/** The setting `database` names no database in a form that is understood. */
export class DatabaseUrlError extends RomancyError {
  readonly code = 'ROMANCY_DATABASE_URL';

  /** @param reason what is wrong with it; never the text itself, which may hold a password */
  constructor(reason: string) {
    super(`${reason} Use one of:\n${DATABASE_URL_FORMS.map((form) => `  ${form}`).join('\n')}`);
  }
}
