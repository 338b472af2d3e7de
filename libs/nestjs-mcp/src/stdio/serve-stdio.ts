import { ConsoleLogger, Logger, type INestApplicationContext, type Type, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StdioServerTransport } from '../sdk.js';
import { McpServerFactory } from '../server/server-factory.js';
import { reserveStandardOutput } from './stdio-streams.js';

/**
 * Runs an application as a server over standard input and output, which a client starts as a program of its own. Logs go to standard
 * error. When the client closes the input, the application is closed.
 *
 * @param module Imports `RomancyMcpModule`; its HTTP route is not served.
 * @example
 * ```ts
 * // main.mcp.ts
 * await serveMcpStdio(AppModule);
 * ```
 */
export async function serveMcpStdio(module: Type | DynamicModule): Promise<INestApplicationContext> {
  const output = reserveStandardOutput();
  const app = await NestFactory.createApplicationContext(module, { logger: new ConsoleLogger({ colors: false }) });
  app.enableShutdownHooks();
  const server = await app
    .get(McpServerFactory, { strict: false })
    .connect(new StdioServerTransport(process.stdin, output), { pushes: true });
  let closing: Promise<void> | undefined;
  const close = (): void => {
    closing ??= server
      .close()
      .then(async () => app.close())
      .catch((error: unknown) => {
        new Logger('RomancyMcp').error(error);
      });
  };
  process.stdin.once('end', close);
  process.stdin.once('close', close);
  return app;
}
