import { DatabaseUrlError } from '../errors/database-url-error.js';
import { parseDatabaseUrl } from './database-url.js';

describe('parseDatabaseUrl', () => {
  it.each([
    ['sqlite:////var/lib/app/flow.db', '/var/lib/app/flow.db'],
    ['sqlite:///data/flow.db', 'data/flow.db'],
    ['sqlite:///./flow.db', './flow.db'],
    ['sqlite:///with%20space.db', 'with space.db'],
    ['SQLITE:///flow.db', 'flow.db'],
    ['sqlite::memory:', ':memory:'],
    ['sqlite:///:memory:', ':memory:'],
    [':memory:', ':memory:'],
    ['workflow.db', 'workflow.db'],
    ['./data/workflow.db', './data/workflow.db'],
    ['/abs/workflow.db', '/abs/workflow.db'],
    ['C:\\data\\workflow.db', 'C:\\data\\workflow.db'],
    ['workflow', 'workflow'],
  ])('%s is the SQLite file %s', (database, file) => {
    expect(parseDatabaseUrl(database)).toEqual({ kind: 'sqlite', file });
  });

  it.each([
    ['postgres://u:p@host:5432/db', 'postgres', 'postgres://u:p@host:5432/db'],
    ['postgresql://u:p@host/db?sslmode=require', 'postgres', 'postgres://u:p@host/db?sslmode=require'],
    ['POSTGRESQL://host/db', 'postgres', 'postgres://host/db'],
    ['postgres:///db?host=/var/run/postgresql', 'postgres', 'postgres:///db?host=/var/run/postgresql'],
    ['mysql://u:p%40ss@host:3306/db', 'mysql', 'mysql://u:p%40ss@host:3306/db'],
    ['mariadb://u@host/db', 'mariadb', 'mariadb://u@host/db'],
  ])('%s is a server of the kind %s', (database, kind, url) => {
    expect(parseDatabaseUrl(database)).toEqual({ kind, url });
  });

  it.each([
    '',
    '   ',
    'mssql://host/db',
    'mongodb://host/db',
    'file:flow.db',
    'http://host/db',
    'sqlite:flow.db',
    'sqlite://flow.db',
    'sqlite:///',
    'sqlite:///flow.db?mode=ro',
    'sqlite:///%zz.db',
    'sqlite:///folder/',
    'sqlite://///host/share.db',
    'localhost:5432/db',
    'postgres:/host/db',
    'postgres://',
    'postgres://host',
    'postgres://host/',
    'mysql://host',
    'postgres://u:p:a@ss@[host/db',
    'folder/',
    'a\0b.db',
  ])('%j is refused with the list of forms', (database) => {
    const parse = (): unknown => parseDatabaseUrl(database);
    expect(parse).toThrow(DatabaseUrlError);
    expect(parse).toThrow(expect.objectContaining({ code: 'ROMANCY_DATABASE_URL' }));
    expect(parse).toThrow(
      /sqlite:\/\/\/\/absolute[\s\S]*sqlite::memory:[\s\S]*postgres:\/\/[\s\S]*mariadb:\/\/[\s\S]*workflow\.db/,
    );
  });

  it('never repeats the text, which may hold a password', () => {
    expect(() => parseDatabaseUrl('pg://me:secret@host/db')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });
});
