import { inspect } from 'node:util';
import { Logger as NestLogger } from '@nestjs/common';
import type { LogFields, Logger } from '@romancy/core';

const CONTEXT = 'Romancy';
const IN_CONTEXT: ReadonlySet<string> = new Set(['workflowName', 'instanceId', 'stepId']);

/** Writes what the engine reports to the logger of the application; workflow, instance and step stand in the context. */
export class NestLoggerAdapter implements Logger {
  readonly #logger = new NestLogger();

  debug(message: string, fields?: LogFields): void {
    this.#logger.debug(withFields(message, fields), contextOf(fields));
  }

  info(message: string, fields?: LogFields): void {
    this.#logger.log(withFields(message, fields), contextOf(fields));
  }

  warn(message: string, fields?: LogFields): void {
    this.#logger.warn(withFields(message, fields), contextOf(fields));
  }

  error(message: string, fields?: LogFields): void {
    const error = fields?.['error'];
    this.#logger.error(
      withFields(message, fields),
      error instanceof Error ? error.stack : undefined,
      contextOf(fields),
    );
  }
}

/** `Romancy order_workflow order-17/charge:1` where the report is about a step. */
function contextOf(fields: LogFields | undefined): string {
  const { workflowName, instanceId, stepId } = fields ?? {};
  const about = typeof workflowName === 'string' ? `${CONTEXT} ${workflowName}` : CONTEXT;
  if (typeof instanceId !== 'string') return about;
  return typeof stepId === 'string' ? `${about} ${instanceId}/${stepId}` : `${about} ${instanceId}`;
}

/** As text, because loggers differ in what they do with objects after the message. */
function withFields(message: string, fields: LogFields | undefined): string {
  const shown = Object.entries(fields ?? {}).filter(([key, value]) => !IN_CONTEXT.has(key) && value !== undefined);
  return shown.length === 0
    ? message
    : `${message} (${shown.map(([key, value]) => `${key}=${render(value)}`).join(', ')})`;
}

function render(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return inspect(value, { depth: 4, breakLength: Infinity });
}
