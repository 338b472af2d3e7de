import { Inject, Injectable, Optional } from '@nestjs/common';
import {
  derivedId,
  OUTBOX_LOOP,
  uuidv7,
  type ActivityScope,
  type EventToken,
  type ForeignTransaction,
  type TraceContext,
} from '@romancy/core';
import type { RomancyModuleOptions } from '../interfaces/module-options.interface.js';
import { ROMANCY_OPTIONS } from '../romancy.tokens.js';
import { EngineExtensions } from '../hooks/engine-extensions.js';
import { EngineHost } from '../runtime/engine-host.js';
import type { EmitOptions } from './emit-options.js';
import { emittedEvent } from './emitted-event.js';

/** How many events each attempt has emitted, for their ids. */
const emitted = new WeakMap<ActivityScope, number>();

/** Writes events into the outbox, in the transaction of whoever emits them. */
@Injectable()
export class OutboxWriter {
  constructor(
    @Optional() @Inject(ROMANCY_OPTIONS) private readonly options: RomancyModuleOptions | undefined,
    @Optional() @Inject(EngineHost) private readonly host: EngineHost | undefined,
    @Optional() @Inject(EngineExtensions) private readonly extensions?: EngineExtensions,
  ) {}

  /** Recorded with the success of the attempt. Its id follows from the step, so that a repeated attempt emits the same event. */
  emitFrom<Data>(scope: ActivityScope, type: EventToken<Data> | string, data: Data, options: EmitOptions): string {
    const number = (emitted.get(scope) ?? 0) + 1;
    const { instanceId, idempotencyKey } = scope;
    const eventId = derivedId('emitted', idempotencyKey, String(number));
    scope.emit(emittedEvent(type, data, options, { eventId, instanceId, ...this.#common }));
    emitted.set(scope, number);
    scope.afterCommit(() => {
      this.#wake();
    });
    return eventId;
  }

  async emitIn<Data>(
    transaction: ForeignTransaction,
    type: EventToken<Data> | string,
    data: Data,
    options: EmitOptions,
  ): Promise<string> {
    const eventId = uuidv7(Date.now());
    await transaction.insertOutbox([emittedEvent(type, data, options, { eventId, ...this.#common })]);
    transaction.afterCommit(() => {
      this.#wake();
    });
    return eventId;
  }

  async emitAlone<Data>(type: EventToken<Data> | string, data: Data, options: EmitOptions): Promise<string> {
    const eventId = uuidv7(Date.now());
    const row = emittedEvent(type, data, options, { eventId, ...this.#common });
    if (!this.host) throw new Error('There is no engine.');
    await this.host.storage.outboxEvents.insert([row]);
    this.#wake();
    return eventId;
  }

  get #common(): { readonly defaultSource: string; readonly trace: TraceContext | undefined } {
    return { defaultSource: this.#source, trace: this.extensions?.tracing?.current() };
  }

  get #source(): string {
    return this.options?.outbox?.source ?? `/${encodeURIComponent(this.options?.serviceName ?? 'romancy')}`;
  }

  /** Only brings the next look forward, here and in the processes that can be told; all find the event by themselves. */
  #wake(): void {
    if (!this.host?.engineIfStarted) return;
    const { engine, storage } = this.host;
    engine.loops.find(({ name }) => name === OUTBOX_LOOP)?.wake();
    void storage.notifications?.send([{ kind: 'outbox' }]);
  }
}
