import { Logger, type LoggerService } from '@nestjs/common';
import { NestLoggerAdapter } from './nest-logger.js';

describe('NestLoggerAdapter', () => {
  const lines: unknown[][] = [];
  const note =
    (level: string) =>
    (...args: unknown[]): void => {
      lines.push([level, ...args.filter((arg) => arg !== undefined)]);
    };

  beforeEach(() => {
    lines.length = 0;
    const service: LoggerService = { log: note('log'), warn: note('warn'), error: note('error'), debug: note('debug') };
    Logger.overrideLogger(service);
  });

  afterEach(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  it('puts workflow, instance and step into the context, the rest behind the message', () => {
    const logger = new NestLoggerAdapter();
    logger.info('started');
    logger.debug('claimed', { instanceId: 'order-17' });
    logger.warn('late', { instanceId: 'order-17', workflowName: 'order_workflow', stepId: 'charge:1' });
    logger.warn('slow', {
      instanceId: 'order-17',
      stepId: 'charge:1',
      attempt: 2,
      note: 'a b',
      skipped: undefined,
      list: [1, { a: 2 }],
    });
    expect(lines).toEqual([
      ['log', 'started', 'Romancy'],
      ['debug', 'claimed', 'Romancy order-17'],
      ['warn', 'late', 'Romancy order_workflow order-17/charge:1'],
      ['warn', 'slow (attempt=2, note=a b, list=[ 1, { a: 2 } ])', 'Romancy order-17/charge:1'],
    ]);
  });

  it('gives the stack of an error', () => {
    const error = new TypeError('broken');
    new NestLoggerAdapter().error('failed', { error, instanceId: 'o-1' });
    expect(lines).toEqual([['error', 'failed (error=TypeError: broken)', error.stack, 'Romancy o-1']]);
  });
});
