import type { AddressInfo } from 'node:net';
import { Module, type INestApplication, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule } from '@romancy/nestjs';
import { UsageError, type Arguments } from './arguments.js';
import type { Settings } from './command.js';
import { Steps } from './steps.activities.js';

/** Fast enough that a scenario takes seconds, whoever was the leader before. */
const FAST = {
  resumeInterval: 200,
  timerInterval: 500,
  strandedInterval: '1s',
  leaderLeaseDuration: '3s',
  leaderRenewInterval: '1s',
} as const;

export interface PeerParts {
  readonly workflows: readonly Provider[];
  readonly settings?: Settings | undefined;
}

/** Started and migrated. Its events come in at the root, as with the siblings, once it listens. */
export async function startPeer(args: Arguments, { workflows, settings }: PeerParts): Promise<INestApplication> {
  const database = process.env['DATABASE_URL'];
  if (database === undefined) throw new UsageError('DATABASE_URL is not set.');

  @Module({
    imports: [
      RomancyModule.forRoot({
        database,
        serviceName: 'interop',
        http: { events: { path: '' }, cancel: true },
        ...(args.has('native-polling') ? {} : FAST),
        ...(args.has('no-notify') && { storage: { notifications: false } }),
        ...settings,
      }),
    ],
    providers: [Steps, ...workflows],
  })
  class PeerModule {}

  const app = await NestFactory.create(PeerModule, { logger: ['error'] });
  app.enableShutdownHooks();
  return app.init();
}

/** Listens, and answers where. */
export async function listen(app: INestApplication, port: number): Promise<string> {
  await app.listen(port, '127.0.0.1');
  const address = (app.getHttpServer() as { address(): AddressInfo }).address();
  return `http://127.0.0.1:${String(address.port)}/`;
}
