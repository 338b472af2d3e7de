import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import { ChannelModeConflictError } from '../errors/channel-mode-conflict-error.js';
import { activityCompleted, activityFailed } from '../history/envelope.js';
import { fromFailure, toFailure } from '../history/failure.js';
import { directChannel } from '../messages/channel-name.js';
import { derivedId } from '../messages/message-id.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { OperationCommand } from '../replay/command.js';
import type { Operation, SubscribeOperation } from '../replay/operation.js';
import type { ActiveTurn } from './active-turn.js';
import { instanceIdProblem } from './instance-id.js';
import { sealLetter, type Sealed } from './letters.js';
import { keyOfData } from './message-key.js';
import { storedAs } from './receive-plan.js';
import { subscribe } from './subscribe.js';
import { untilStored } from './until-stored.js';

/** What is known before an operation takes effect: reads and encodings, made outside the inbox. */
interface Prepared {
  /** Instances to write to, by their ids. */
  readonly roots: ReadonlyMap<string, string>;
  readonly sealed: Sealed | undefined;
}

const NOTHING: Prepared = { roots: new Map(), sealed: undefined };

/** Publishing, subscribing and groups: each is recorded in the transaction of its effect, so that a replay repeats nothing. */
export class TurnOperations {
  /** What was asked for first is recorded first, however long its preparation takes. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(private readonly turn: ActiveTurn) {}

  begin(command: OperationCommand): void {
    const { turn } = this;
    const release = turn.occupy();
    const earlier = this.#line;
    const { operation } = command;
    const preparing = readsGroup(operation)
      ? earlier.then(() => this.#ownStored()).then(() => this.#prepare(operation))
      : this.#prepare(operation);
    this.#line = preparing.then(async (prepared) => {
      await earlier;
      turn.inbox.post(async () => {
        release();
        if (!turn.open || prepared === undefined) return;
        if (prepared instanceof Failed) await this.#fail(command, prepared.error);
        else await this.#perform(command, prepared);
      });
    });
  }

  /** The instance sees what it has joined and left itself: the groups are read once that is in the database. */
  async #ownStored(): Promise<void> {
    const { inbox, journal } = this.turn;
    await inbox.ask(() => undefined);
    await journal.flushed();
  }

  async #prepare(operation: Operation): Promise<Prepared | Failed | undefined> {
    const { turn } = this;
    const { payloads, tracing } = turn.services;
    const { instanceId } = turn.instance;
    try {
      const roots = await untilStored(turn, () => this.#roots(operation));
      if (!roots) return undefined;
      if (operation.name === 'send_to' && roots.size === 0)
        return new Failed(new InstanceNotFoundError(operation.instanceId));
      if (!('data' in operation)) return { ...NOTHING, roots };
      const sender = { source_instance_id: instanceId };
      return { roots, sealed: await sealLetter(payloads, operation, sender, tracing?.ofInstance(instanceId)) };
    } catch (error) {
      return new Failed(error);
    }
  }

  async #roots(operation: Operation): Promise<ReadonlyMap<string, string>> {
    const { instances, messages } = this.turn.services.storage;
    if (operation.name === 'send_to') {
      const { instanceId } = operation;
      const row = instanceIdProblem(instanceId) === undefined ? await instances.latest(instanceId) : undefined;
      return new Map(row ? [[instanceId, row.chain ?? row.instanceId]] : []);
    }
    if (!readsGroup(operation)) return NOTHING.roots;
    const members = await messages.members(operation.group);
    if (operation.name === 'group_members') return new Map(members.map((id) => [id, id]));
    const rows = new Map((await instances.getMany(members)).map((row) => [row.instanceId, row]));
    return new Map(members.map((id) => [id, rows.get(id)?.chain ?? id]));
  }

  async #perform(command: OperationCommand, { roots, sealed }: Prepared): Promise<void> {
    const { turn } = this;
    const { operation } = command;
    const { messaging } = turn.journal.draft;
    switch (operation.name) {
      case 'subscribe':
        await this.#subscribe(command, operation);
        return;
      case 'unsubscribe':
        this.#unsubscribe(operation.channel);
        break;
      case 'join_group':
        turn.memory.dirty = true;
        messaging.joinGroups.push(operation.group);
        break;
      case 'leave_group':
        messaging.leaveGroups.push(operation.group);
        break;
      case 'group_members':
        await this.#succeed(command, JSON.stringify([...roots.keys()]));
        return;
      case 'publish':
        await this.#succeed(command, JSON.stringify(this.#post(command, operation.channel, operation.data, sealed)));
        return;
      case 'send_to':
      case 'publish_to_group': {
        const ids = [...roots.values()].map((root) =>
          this.#post(command, directChannel(operation.channel, root), operation.data, sealed),
        );
        await this.#succeed(command, JSON.stringify(operation.name === 'send_to' ? ids[0] : ids.length));
        return;
      }
    }
    await this.#succeed(command, undefined);
  }

  /** The message goes with the row of its step: both are stored, or neither. */
  #post(command: OperationCommand, channel: string, data: unknown, sealed: Sealed | undefined): string {
    const { services, instance, journal } = this.turn;
    const messageId = derivedId(instance.instanceId, command.stepId, channel);
    if (!sealed) return messageId;
    const key = keyOfData(channel, data);
    journal.draft.messaging.messages.push({ ...sealed, channel, messageId, key, publishedAt: journal.stamp() });
    journal.draft.effects.push(() => {
      services.postOffice.published([{ channel, key }]);
    });
    return messageId;
  }

  async #subscribe(command: OperationCommand, { channel, mode = 'broadcast' }: SubscribeOperation): Promise<void> {
    const { turn } = this;
    const own = [storedAs(channel, mode, turn.root).channel, channel, directChannel(channel, turn.root)]
      .map((name) => turn.memory.subscriptions.get(name))
      .find((subscription) => subscription?.implicit === false);
    if (own) {
      const existing = own.channel === channel ? own.mode : 'direct';
      if (existing === mode) await this.#succeed(command, undefined);
      else await this.#fail(command, new ChannelModeConflictError(channel, existing, mode));
      return;
    }
    let row: NewHistoryRow | undefined;
    const answer = await subscribe(turn, channel, mode, () => (row = this.#row(command, undefined)));
    if (answer instanceof ChannelModeConflictError) await this.#fail(command, answer);
    else if (answer === 'done' && row) {
      turn.countRow();
      await this.#tell(command, row.time, undefined);
    }
  }

  #unsubscribe(channel: string): void {
    const { memory, journal, root } = this.turn;
    for (const name of [channel, directChannel(channel, root)]) {
      if (memory.subscriptions.get(name)?.implicit !== false) continue;
      memory.subscriptions.delete(name);
      journal.draft.messaging.removeSubscriptions.push(name);
    }
  }

  async #succeed(command: OperationCommand, resultText: string | undefined): Promise<void> {
    const row = this.#row(command, resultText);
    this.turn.record(row);
    await this.#tell(command, row.time, resultText);
  }

  #row({ stepId, operation }: OperationCommand, resultText: string | undefined): NewHistoryRow {
    const data = activityCompleted({
      activityName: operation.name,
      argsText: argsOf(operation),
      resultText: resultText ?? 'null',
      isVoid: resultText === undefined,
    });
    const time = this.turn.journal.stamp();
    return { activityId: stepId, eventType: 'ActivityCompleted', data, binary: null, time };
  }

  async #tell(command: OperationCommand, time: number, resultText: string | undefined): Promise<void> {
    const value: unknown = resultText === undefined ? undefined : JSON.parse(resultText);
    const event = { stepId: command.stepId, kind: 'activity' as const, name: command.name, time };
    if (this.turn.open) await this.turn.deliver({ ...event, settlement: { ok: true, value } }, undefined);
  }

  async #fail({ stepId, name, operation }: OperationCommand, error: unknown): Promise<void> {
    const { turn } = this;
    const failure = toFailure(error);
    const time = turn.journal.stamp();
    const data = activityFailed({ activityName: name, argsText: argsOf(operation), failure });
    const rebuilt = fromFailure(failure, turn.services.errorTypes);
    await turn.deliver(
      { stepId, kind: 'activity', name, time, settlement: { ok: false, error: rebuilt } },
      { activityId: stepId, eventType: 'ActivityFailed', data, binary: null, time },
    );
  }
}

class Failed {
  constructor(readonly error: unknown) {}
}

function readsGroup(operation: Operation): operation is Extract<Operation, { group: string }> {
  return operation.name === 'group_members' || operation.name === 'publish_to_group';
}

/** What the row shows of an operation; its data stands in the message. */
function argsOf(operation: Operation): string {
  const { name: _name, ...args } = operation;
  if (!('data' in args)) return JSON.stringify(Object.values(args).filter((value) => value !== undefined));
  const { data: _data, metadata: _metadata, ...address } = args;
  return JSON.stringify(Object.values(address));
}
