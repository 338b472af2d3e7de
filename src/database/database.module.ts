import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Configuration } from '../configuration/configuration.js';
import { dataSourceOptions } from './data-source-options.js';
import { createTables } from './tables.js';

/** The application's own DataSource. Romancy shares it, so that orders and their history are committed together. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Configuration],
      useFactory: ({ database, sqliteDriver }: Configuration) => ({
        ...dataSourceOptions(database, sqliteDriver),
        autoLoadEntities: true,
      }),
      dataSourceFactory: open,
    }),
  ],
})
export class DatabaseModule {}

async function open(options: DataSourceOptions | undefined): Promise<DataSource> {
  if (!options) throw new TypeError('TypeOrmModule hands over the options of its factory');
  const dataSource = await new DataSource(options).initialize();
  try {
    await createTables(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
