import { WorkflowNotRegisteredError } from '../errors/workflow-not-registered-error.js';
import { CommitUnknownError, EntryConflictError } from '../errors/storage-errors.js';
import { eventInstanceId, type AcceptedEvent, type DeliverReport, type EventStart } from '../events/accepted-event.js';
import { toEventMessage } from '../events/event-message.js';
import { channelProblem, directChannel } from '../messages/channel-name.js';
import type { NewInstance } from '../ports/instance.js';
import type { StoreReport } from '../ports/message.js';
import type { NewMessage } from '../ports/new-message.js';
import type { Dispatcher } from './dispatcher.js';
import { instanceIdProblem } from './instance-id.js';
import type { EngineServices } from './services.js';

/** Edda offers an event to all its instances on the type's channel, and looks for the target among the extensions. */
const READS_TYPE_CHANNEL = 'python';

interface Prepared {
  readonly instance: NewInstance;
  /** It was created with a lease of ours, in a slot that is reserved. */
  readonly token: string | undefined;
}

/** Takes events in: the event, and the instances that it starts, in one transaction (E23c). */
export class EventReceiver {
  constructor(
    private readonly services: EngineServices,
    private readonly dispatcher: Dispatcher,
  ) {}

  async deliver(accepted: AcceptedEvent): Promise<DeliverReport> {
    const { messageId } = accepted;
    const problem = channelProblem(accepted.event.type);
    if (problem) throw problem;
    const message = await this.#message(accepted);
    const starts = await Promise.all(accepted.starts.map((start) => this.#prepare(start, messageId)));
    const leaseEnds = this.services.clock.now() + this.services.settings.leaseMs;
    let report: StoreReport;
    try {
      report = await this.#store(message, starts);
    } catch (error) {
      for (const { token } of starts) if (token !== undefined) this.dispatcher.giveBack();
      throw error;
    }
    for (const start of starts) this.#run(start, report, leaseEnds);
    if (report.stored.length > 0) this.services.postOffice.published([message]);
    return { messageId, stored: report.stored.length > 0, started: report.started };
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

  async #prepare({ workflowName, input }: EventStart, messageId: string): Promise<Prepared> {
    const { registry, payloads, settings, clock, nextToken } = this.services;
    const definition = registry.workflow(workflowName);
    if (!definition) throw new WorkflowNotRegisteredError(workflowName, registry.workflowNames);
    const inputText = await payloads.seal(payloads.encode(input));
    const token = settings.worker && this.dispatcher.reserve() ? nextToken() : undefined;
    const instance: NewInstance = {
      instanceId: eventInstanceId(messageId, workflowName),
      workflowName,
      sourceHash: definition.sourceHash,
      ownerService: settings.serviceName,
      continuedFrom: null,
      chain: null,
      startedBy: messageId,
      startedAt: clock.now(),
      input: inputText,
      lock: token === undefined ? null : { token, leaseMs: settings.leaseMs },
    };
    return { instance, token };
  }

  async #store(message: NewMessage, starts: readonly Prepared[]): Promise<StoreReport> {
    const { storage, registry } = this.services;
    let uncertain = false;
    for (let tries = 1; ; tries += 1) {
      try {
        const report = await storage.messages.store(
          [message],
          starts.map(({ instance }) => instance),
        );
        // The first try may have written it all: then nothing is new, and nobody has been told.
        return uncertain ? everything(message, starts) : report;
      } catch (error) {
        // The ids are derived: writing again what was written changes nothing, and tells what is there.
        if (error instanceof CommitUnknownError && tries < 3) {
          uncertain = true;
          continue;
        }
        if (!(error instanceof EntryConflictError) || error.conflict !== 'definition' || tries > 1) throw error;
        await storage.definitions.upsert(
          starts
            .flatMap(({ instance: { workflowName } }) => registry.workflow(workflowName) ?? [])
            .map((definition) => ({
              workflowName: definition.name,
              sourceHash: definition.sourceHash,
              sourceCode: definition.sourceCode,
            })),
        );
      }
    }
  }

  #run({ instance, token }: Prepared, report: StoreReport, leaseEnds: number): void {
    const { clock, registry, settings } = this.services;
    const created = report.started.includes(instance.instanceId);
    const definition = registry.workflow(instance.workflowName);
    if (token !== undefined) {
      if (created && definition && clock.now() < leaseEnds) this.dispatcher.runFresh(instance, definition, token);
      else this.dispatcher.giveBack();
    } else if (created && settings.worker) this.dispatcher.wake(instance.instanceId);
  }
}

function everything({ messageId }: NewMessage, starts: readonly Prepared[]): StoreReport {
  return { stored: [messageId], started: starts.map(({ instance }) => instance.instanceId) };
}
