import { WorkflowNotRegisteredError } from '../errors/workflow-not-registered-error.js';
import { EntryConflictError } from '../errors/storage-errors.js';
import { eventInstanceId, type AcceptedEvent, type DeliverReport, type EventStart } from '../events/accepted-event.js';
import { toEventMessage } from '../events/event-message.js';
import { channelProblem, directChannel } from '../messages/channel-name.js';
import type { NewInstance } from '../ports/instance.js';
import type { NewMessage } from '../ports/new-message.js';
import type { StartTrace } from '../ports/tracing.js';
import type { Dispatcher } from './dispatcher.js';
import { instanceIdProblem } from './instance-id.js';
import { definitionRow, newInstance, startEvent } from './new-instance.js';
import type { EngineServices } from './services.js';
import { traceStart } from './start-trace.js';
import { storeMessages, type StoredMessages } from './store-messages.js';
import { traceAmong, traceText } from './trace-text.js';

/** Edda offers an event to all its instances on the type's channel, and looks for the target among the extensions. */
const READS_TYPE_CHANNEL = 'python';

interface Begun {
  readonly instance: NewInstance;
  readonly trace: StartTrace;
  /** Encoded. */
  readonly input: string;
}

interface Outcome {
  readonly isNew: boolean;
  readonly begun: readonly Begun[];
  readonly started: readonly string[];
}

/** Takes events in: the event, and the instances that it starts, in one transaction (E23c). */
export class EventReceiver {
  constructor(
    private readonly services: EngineServices,
    private readonly dispatcher: Dispatcher,
  ) {}

  async deliver(accepted: AcceptedEvent): Promise<DeliverReport> {
    const { clock, settings, postOffice } = this.services;
    const { messageId } = accepted;
    const problem = channelProblem(accepted.event.type);
    if (problem) throw problem;
    const message = await this.#message(accepted);
    const begun = await Promise.all(accepted.starts.map((start) => this.#instance(start, accepted)));
    // From here on nothing can fail before the slots are used or given back.
    const starts = begun.map(({ instance }) => this.#locked(instance));
    const leaseEnds = clock.now() + settings.leaseMs;
    let stored: StoredMessages;
    try {
      const storing = this.#store(message, starts);
      postOffice.storing(message, storing);
      stored = await storing;
    } catch (error) {
      for (const { lock } of starts) if (lock) this.dispatcher.giveBack();
      for (const { trace } of begun) trace.end(undefined);
      throw error;
    }
    const { report, uncertain } = stored;
    const isLate = clock.now() >= leaseEnds;
    for (const start of starts) {
      if (uncertain) await this.#handBack(start);
      else this.#run(start, report.started.includes(start.instanceId), isLate);
    }
    for (const { instance, trace } of begun) trace.end(report.started.includes(instance.instanceId));
    const isNew = report.stored.length > 0;
    this.#tell(accepted, { isNew, begun, started: report.started });
    if (isNew || uncertain) postOffice.published([message]);
    return { messageId, stored: isNew, started: report.started };
  }

  async #message(accepted: AcceptedEvent): Promise<NewMessage> {
    const { payloads, clock } = this.services;
    const message = toEventMessage(accepted, {
      encode: (value) => payloads.encode(value),
      publishedAt: clock.now(),
    });
    const channel = await this.#channel(accepted);
    if (message.data === null) return { ...message, channel };
    return { ...message, channel, data: await payloads.seal(message.data) };
  }

  async #channel({ event, target }: AcceptedEvent): Promise<string> {
    if (target === undefined) return event.type;
    const possible = instanceIdProblem(target) === undefined;
    const row = possible ? await this.services.storage.instances.latest(target) : undefined;
    if (row?.framework === READS_TYPE_CHANNEL) return event.type;
    return directChannel(event.type, row ? (row.chain ?? row.instanceId) : target);
  }

  async #instance({ workflowName, input }: EventStart, { messageId, event }: AcceptedEvent): Promise<Begun> {
    const { registry, payloads } = this.services;
    const definition = registry.workflow(workflowName);
    if (!definition) throw new WorkflowNotRegisteredError(workflowName, registry.workflowNames);
    const instanceId = eventInstanceId(messageId, workflowName);
    const text = payloads.encode(input);
    const sealed = await payloads.seal(text);
    const trace = traceStart(this.services, { instanceId, workflowName, parent: traceAmong(event.extensions) });
    const given = { instanceId, startedBy: messageId, input: sealed, trace: traceText(trace.context) };
    return { instance: newInstance(this.services, definition, given), trace, input: text };
  }

  #tell({ event, target }: AcceptedEvent, { isNew, begun, started }: Outcome): void {
    const { hooks, payloads, clock } = this.services;
    if (isNew) {
      hooks.onEventReceived?.({
        time: new Date(clock.now()),
        eventId: event.id,
        eventType: event.type,
        eventSource: event.source,
        instanceId: target ?? null,
        started,
        traceContext: traceAmong(event.extensions),
      });
    }
    for (const { instance, input } of begun) {
      if (!started.includes(instance.instanceId)) continue;
      hooks.onWorkflowStart?.(startEvent(instance, payloads.decode(input)));
    }
  }

  /** With a lease of ours where this process runs it, in a slot that is reserved then. */
  #locked(instance: NewInstance): NewInstance {
    const { settings, nextToken } = this.services;
    const reserved = settings.worker && this.dispatcher.reserve();
    return reserved ? { ...instance, lock: { token: nextToken(), leaseMs: settings.leaseMs } } : instance;
  }

  async #store(message: NewMessage, starts: readonly NewInstance[]): Promise<StoredMessages> {
    const { storage, registry } = this.services;
    for (let retried = false; ; retried = true) {
      try {
        return await storeMessages(storage.messages, [message], starts);
      } catch (error) {
        if (retried || !(error instanceof EntryConflictError) || error.conflict !== 'definition') throw error;
        await storage.definitions.upsert(
          starts.flatMap(({ workflowName }) => registry.workflow(workflowName) ?? []).map(definitionRow),
        );
      }
    }
  }

  #run(instance: NewInstance, isCreated: boolean, isLate: boolean): void {
    const { registry, settings } = this.services;
    const { instanceId, lock } = instance;
    const definition = registry.workflow(instance.workflowName);
    if (lock) {
      if (isCreated && definition && !isLate) this.dispatcher.runFresh(instance, definition, lock.token);
      else this.dispatcher.giveBack();
    } else if (isCreated && settings.worker) this.dispatcher.wake(instanceId);
  }

  /**
   * Nobody knows whether the instance is the one that was created now or one of an earlier delivery, which has a history: it must not run as a
   * new one. A lease of ours goes back, and the instance is claimed as any other.
   */
  async #handBack({ instanceId, lock }: NewInstance): Promise<void> {
    const { storage, settings } = this.services;
    if (lock) {
      this.dispatcher.giveBack();
      await storage.leases.release([{ instanceId, token: lock.token }]).catch(() => undefined);
    }
    if (settings.worker) this.dispatcher.wake(instanceId);
  }
}
