import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import { channelProblem, directChannel } from '../messages/channel-name.js';
import type { NewMessage } from '../ports/new-message.js';
import type { ForeignTransaction } from '../ports/transaction.js';
import type { PublishRequest } from './engine-api.js';
import { instanceIdProblem } from './instance-id.js';
import { sealLetter } from './letters.js';
import { keyOfData } from './message-key.js';
import type { EngineServices } from './services.js';
import { storeMessages } from './store-messages.js';
import { uuidv7 } from './uuid-v7.js';

/** Publishes for callers outside workflows (P4): durable when it resolves, or with the caller's own transaction. */
export class Publisher {
  /** Moves of staged messages under way, in the order of their commits. */
  #moves: Promise<unknown> = Promise.resolve();

  constructor(private readonly services: EngineServices) {}

  async publish(request: PublishRequest): Promise<string> {
    const { channel, data } = request;
    const problem = channelProblem(channel);
    if (problem) throw problem;
    return this.#send(request, keyOfData(channel, data));
  }

  /** To the direct channel of the newest generation. */
  async sendTo(instanceId: string, request: PublishRequest): Promise<string> {
    const problem = channelProblem(request.channel);
    if (problem) throw problem;
    const possible = instanceIdProblem(instanceId) === undefined;
    const row = possible ? await this.services.storage.instances.latest(instanceId) : undefined;
    if (!row) throw new InstanceNotFoundError(instanceId);
    return this.#send({ ...request, channel: directChannel(request.channel, row.chain ?? row.instanceId) }, '');
  }

  async #send(request: PublishRequest, key: string): Promise<string> {
    const { channel, data, metadata, messageId, transaction } = request;
    const { payloads, clock, tracing } = this.services;
    const sealed = await sealLetter(payloads, { data, metadata }, {}, tracing?.current());
    const id = messageId ?? uuidv7(clock.now());
    await this.#store([{ ...sealed, channel, messageId: id, key, publishedAt: clock.now() }], transaction);
    return id;
  }

  async #store(messages: readonly NewMessage[], transaction: ForeignTransaction | undefined): Promise<void> {
    const { storage, postOffice, logger } = this.services;
    if (!transaction) {
      // What was committed before is on its way: it comes first.
      await this.#moves;
      const stored = storeMessages(storage.messages, messages, []);
      for (const message of messages) postOffice.storing(message, stored);
      await stored;
      postOffice.published(messages);
      return;
    }
    await transaction.stageMessages(messages);
    transaction.afterCommit(() => {
      const move = this.#moves.then(() => storage.messages.moveStaged(messages.map(({ messageId }) => messageId)));
      this.#moves = move.then(
        (moved) => {
          postOffice.published(moved);
        },
        (error: unknown) => {
          logger.warn('Messages that were published in a transaction could not be moved yet; a scan does it.', {
            error: String(error),
          });
        },
      );
    });
  }
}
