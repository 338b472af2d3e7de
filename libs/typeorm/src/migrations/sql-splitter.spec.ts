import { splitSql } from './sql-splitter.js';

describe('splitSql', () => {
  it('splits at semicolons and drops what is empty', () => {
    expect(splitSql('SELECT 1;\n\n;  SELECT 2 ; ')).toEqual(['SELECT 1', 'SELECT 2']);
    expect(splitSql('SELECT 1')).toEqual(['SELECT 1']);
    expect(splitSql(' \n -- nothing\n /* at all; */ ')).toEqual([]);
  });

  it('keeps semicolons inside texts and names', () => {
    expect(splitSql(`INSERT INTO a VALUES ('x;y', 'it''s; fine'); SELECT ";", \`;\``)).toEqual([
      `INSERT INTO a VALUES ('x;y', 'it''s; fine')`,
      'SELECT ";", `;`',
    ]);
    expect(splitSql(`SELECT 'a\\';b'; SELECT 2`)).toEqual([`SELECT 'a\\';b'`, 'SELECT 2']);
  });

  it('leaves comments out, whatever they hold', () => {
    expect(splitSql("SELECT 1 -- it's; not\n+ 1; /* ; ' */ SELECT 2")).toEqual(['SELECT 1  \n+ 1', 'SELECT 2']);
    expect(splitSql(`SELECT '-- no comment', '/* neither */'; SELECT 2`)).toEqual([
      `SELECT '-- no comment', '/* neither */'`,
      'SELECT 2',
    ]);
  });

  it('keeps dollar-quoted bodies whole', () => {
    const body = `CREATE FUNCTION f() RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql`;
    const tagged = `DO $body$ BEGIN PERFORM '$$;'; END $body$`;
    expect(splitSql(`${body}; ${tagged}; SELECT $1`)).toEqual([body, tagged, 'SELECT $1']);
  });
});
