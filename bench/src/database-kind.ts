export type DatabaseKind = 'postgres' | 'sqlite' | 'mysql' | 'mariadb';
