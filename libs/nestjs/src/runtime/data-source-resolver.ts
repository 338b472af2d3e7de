import { Injectable, type InjectionToken } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ifInstalled } from './optional-package.js';

/** Finds the DataSource that the options name, wherever in the application it is provided. */
@Injectable()
export class DataSourceResolver {
  constructor(private readonly moduleRef: ModuleRef) {}

  async resolve(given: InjectionToken | DataSource): Promise<DataSource | undefined> {
    if (isDataSource(given)) return given;
    for (const token of await tokensOf(given)) {
      const found = this.#find(token);
      if (isDataSource(found)) return found;
    }
    return undefined;
  }

  #find(token: InjectionToken): unknown {
    try {
      return this.moduleRef.get<unknown>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}

/** A text is a name in TypeOrmModule first, a token second. */
async function tokensOf(given: InjectionToken): Promise<readonly InjectionToken[]> {
  if (typeof given !== 'string') return [given];
  const library = await ifInstalled(() => import('@nestjs/typeorm'));
  return library ? [library.getDataSourceToken(given) as InjectionToken, given] : [given];
}

/** By shape as well: the application may have loaded another copy of the package. */
function isDataSource(value: unknown): value is DataSource {
  return (
    value instanceof DataSource ||
    (typeof value === 'object' && value !== null && 'createQueryRunner' in value && 'driver' in value)
  );
}
