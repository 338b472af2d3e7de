import { Injectable, type InjectionToken } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { resolveOutbox, type OutboxOptions, type OutboxPublisher } from '@romancy/core';
import type { Mistake } from '../discovery/mistake.js';
import type { RomancyOutboxOptions } from '../interfaces/outbox-options.interface.js';
import { clientPublisher, type EventClient } from './client-publisher.js';
import { httpPublisher } from './http-publisher.js';
import * as messages from './outbox.messages.js';

/** Makes the options of the relay from those of the module, whose publisher may be any provider of the application. */
@Injectable()
export class PublisherResolver {
  constructor(private readonly moduleRef: ModuleRef) {}

  /** Undefined where nothing is to be relayed, and where something is wrong. */
  resolve(options: RomancyOutboxOptions | undefined, mistakes: Mistake[]): OutboxOptions | undefined {
    if (options === undefined) return undefined;
    const given = (['http', 'client', 'publisher'] as const).filter((way) => options[way] !== undefined);
    if (given.length > 1) mistakes.push(messages.SEVERAL_WAYS(given));
    const publisher = given.length === 1 ? this.#publisher(options, mistakes) : undefined;
    if (publisher === undefined) return undefined;
    try {
      resolveOutbox({ ...options, publisher });
    } catch (error) {
      mistakes.push(messages.INVALID_SETTING(error instanceof Error ? error.message : String(error)));
    }
    return { ...options, publisher };
  }

  #publisher(options: RomancyOutboxOptions, mistakes: Mistake[]): OutboxPublisher | undefined {
    const { http, client, publisher, pattern } = options;
    if (http !== undefined) return httpPublisher(http);
    if (publisher !== undefined) {
      const found = this.#find(publisher, 'publish');
      if (found === undefined) mistakes.push(messages.NO_PUBLISHER('publisher', nameOf(publisher), 'publish'));
      return found as OutboxPublisher | undefined;
    }
    const found = this.#find(client, 'emit') as EventClient | undefined;
    if (found === undefined) mistakes.push(messages.NO_PUBLISHER('client', nameOf(client), 'emit'));
    return found && clientPublisher(found, pattern === undefined ? {} : { pattern });
  }

  /** The object itself, or what the application provides under the token; it has to have the method. */
  #find(given: unknown, method: string): object | undefined {
    if (has(given, method)) return given;
    try {
      const found: unknown = this.moduleRef.get(given as InjectionToken, { strict: false });
      return has(found, method) ? found : undefined;
    } catch {
      return undefined;
    }
  }
}

function has(value: unknown, method: string): value is object {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function';
}

function nameOf(given: unknown): string {
  if (typeof given === 'function') return given.name;
  return typeof given === 'string' || typeof given === 'symbol' ? String(given) : 'an object';
}
