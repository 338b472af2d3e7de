import type { Duration } from '../definition/duration.js';
import type {
  ChannelMode,
  EventOptions,
  PublishOptions,
  ReceivedEvent,
  ReceivedMessage,
  ReceiveOptions,
  WaitOptions,
} from '../definition/messages.js';
import type { MessagingContext, RaceBranches } from '../definition/messaging-context.js';
import type { ChannelToken, EventToken } from '../definition/tokens.js';
import { RecurError } from '../errors/recur-error.js';
import { storableKey } from '../events/event-key.js';
import { toReceivedEvent } from '../messages/received-event.js';
import { channelProblem } from '../messages/channel-name.js';
import { refused, type Request, type WorkflowCoroutine } from './coroutine.js';
import { deadlineAfter, refuseInActivity } from './deadline.js';
import type { ReceiveCommand } from './command.js';
import type { Operation } from './operation.js';
import { raceWaits } from './race.js';

/** The half of the context that waits, talks and listens. */
export class DurableMessaging<Input> implements MessagingContext<Input> {
  constructor(protected readonly coroutine: WorkflowCoroutine) {}

  waitEvent<Data>(type: EventToken<Data> | string, options: EventOptions = {}): Promise<ReceivedEvent<Data>> {
    const channel = typeof type === 'string' ? type : type.type;
    const key = options.key === undefined ? null : storableKey(options.key);
    const event = this.#receive({ channel, mode: 'event', key }, options).then(toReceivedEvent);
    // The loser of a race may fail without anybody to hear of it.
    event.catch(() => undefined);
    return event as Promise<ReceivedEvent<Data>>;
  }

  receive<Data>(channel: ChannelToken<Data> | string, options: ReceiveOptions = {}): Promise<ReceivedMessage<Data>> {
    const mode = options.mode ?? modeOf(channel);
    return this.#receive({ channel: nameOf(channel), mode, key: null }, options) as Promise<ReceivedMessage<Data>>;
  }

  async *messages<Data>(
    channel: ChannelToken<Data> | string,
    options: Omit<ReceiveOptions, 'stepKey'> = {},
  ): AsyncGenerator<ReceivedMessage<Data>, never> {
    for (;;) yield await this.receive<Data>(channel, options);
  }

  subscribe(channel: ChannelToken | string, mode?: ChannelMode): Promise<void> {
    const operation = { name: 'subscribe' as const, channel: nameOf(channel), mode: mode ?? modeOf(channel) };
    return this.#operate(operation, operation.channel) as Promise<void>;
  }

  unsubscribe(channel: ChannelToken | string): Promise<void> {
    const name = nameOf(channel);
    return this.#operate({ name: 'unsubscribe', channel: name }, name) as Promise<void>;
  }

  publish<Data>(
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options: PublishOptions = {},
  ): Promise<string> {
    const letter = letterTo(channel, data, options);
    return this.#operate({ name: 'publish', ...letter }, letter.channel, options) as Promise<string>;
  }

  sendTo<Data>(
    instanceId: string,
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options: PublishOptions = {},
  ): Promise<string> {
    const letter = letterTo(channel, data, options);
    return this.#operate({ name: 'send_to', instanceId, ...letter }, letter.channel, options) as Promise<string>;
  }

  joinGroup(group: string): Promise<void> {
    return this.#operate({ name: 'join_group', group }, group) as Promise<void>;
  }

  leaveGroup(group: string): Promise<void> {
    return this.#operate({ name: 'leave_group', group }, group) as Promise<void>;
  }

  groupMembers(group: string): Promise<readonly string[]> {
    return this.#operate({ name: 'group_members', group }, group) as Promise<readonly string[]>;
  }

  publishToGroup<Data>(
    group: string,
    channel: ChannelToken<Data> | string,
    data: NoInfer<Data>,
    options: PublishOptions = {},
  ): Promise<number> {
    const letter = letterTo(channel, data, options);
    return this.#operate({ name: 'publish_to_group', group, ...letter }, letter.channel, options) as Promise<number>;
  }

  recur(input: Input): Promise<never> {
    const open = this.coroutine.pendingCommands().map(({ stepId }) => stepId);
    if (open.length > 0) return refused(new RecurError(open));
    return this.coroutine.recur(input);
  }

  race<Results extends readonly unknown[]>(branches: RaceBranches<Results>): Promise<Results[number]> {
    return raceWaits<Results[number]>(branches);
  }

  #receive(source: Pick<ReceiveCommand, 'channel' | 'mode' | 'key'>, options: WaitOptions): Promise<ReceivedMessage> {
    const name = `receive_${source.channel}`;
    return this.#checked(name, source.channel, () => {
      const deadline = this.#deadline(options.timeout);
      return this.coroutine.ask(
        { kind: 'receive', name, ...source, deadline },
        { key: options.stepKey, signal: options.signal },
      );
    }) as Promise<ReceivedMessage>;
  }

  #operate(operation: Operation, channel: string, options: PublishOptions = {}): Promise<unknown> {
    const { name } = operation;
    const request: Request = { kind: 'operation', name, operation };
    return this.#checked(name, channel, () => this.coroutine.ask(request, { key: options.stepKey }));
  }

  /** What is wrong with a call rejects like the step itself would. */
  #checked(name: string, channel: string, ask: () => Promise<unknown>): Promise<unknown> {
    try {
      refuseInActivity(`"${name}"`, name);
      const problem = channelProblem(channel);
      if (problem) throw problem;
      return ask();
    } catch (error) {
      return refused(error);
    }
  }

  #deadline(timeout: Duration | undefined): number | undefined {
    return timeout === undefined ? undefined : deadlineAfter(this.coroutine, timeout);
  }
}

function nameOf(channel: ChannelToken | string): string {
  return typeof channel === 'string' ? channel : channel.name;
}

function modeOf(channel: ChannelToken | string): ChannelMode | undefined {
  return typeof channel === 'string' ? undefined : channel.mode;
}

function letterTo(
  channel: ChannelToken | string,
  data: unknown,
  { metadata }: PublishOptions,
): { readonly channel: string; readonly data: unknown; readonly metadata: PublishOptions['metadata'] } {
  return { channel: nameOf(channel), data, metadata };
}
