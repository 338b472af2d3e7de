import { DriverError } from '../errors/driver-error.js';

/** Loads a driver package that the application has to install. */
export async function loadDriver(name: 'pg' | 'mysql2'): Promise<unknown> {
  try {
    const module = (await import(name)) as { readonly default: unknown };
    return module.default;
  } catch (error) {
    throw new DriverError(`The package ${name} cannot be loaded: npm install ${name}.`, { cause: error });
  }
}
