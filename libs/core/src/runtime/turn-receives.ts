import { ChannelModeConflictError } from '../errors/channel-mode-conflict-error.js';
import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import { toEvent } from '../history/row-events.js';
import { failedWaitRow, receivedRow } from '../messages/message-rows.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { MessageRow } from '../ports/message.js';
import type { ReceiveCommand } from '../replay/command.js';
import type { ActiveTurn } from './active-turn.js';
import { claimMessage } from './claim-message.js';
import { LookAhead } from './look-ahead.js';
import { MessageBuffer } from './message-buffer.js';
import { OpenReceive } from './open-receive.js';
import { pullMessages } from './pull-messages.js';
import { planReceive } from './receive-plan.js';
import { subscribe } from './subscribe.js';
import { tellMessage, tellTimeout, tellWait } from './wait-hooks.js';

/**
 * The messages and events that an instance waits for while a turn has it in hand. Waits on one channel are a queue by the order of asking (E15a);
 * whoever holds the lease pulls (E23b). All of it runs in tasks of the inbox, but for the look into the database.
 */
export class TurnReceives {
  #open: OpenReceive[] = [];
  readonly #buffer = new MessageBuffer();
  #looking = false;
  #ahead: LookAhead | undefined;

  constructor(private readonly turn: ActiveTurn) {}

  get size(): number {
    return this.#open.length;
  }

  /** Waits that no timer of the turn stands for. */
  get untimed(): number {
    return this.#open.reduce((count, { stepId }) => (this.turn.waits.has(stepId) ? count : count + 1), 0);
  }

  /** Looks for what its instance waits for as far as that is known, before it has read whether it is still true. */
  lookAhead(): void {
    this.#ahead = LookAhead.begin(this.turn);
  }

  begin(command: ReceiveCommand): void {
    const { turn } = this;
    const plan = planReceive(command, turn.memory, turn.root);
    if (plan.kind === 'ready') {
      tellWait(turn, command);
      this.#open.push(new OpenReceive(command, plan.subscriptions));
      this.#register();
      this.#serveSoon();
      return;
    }
    const release = turn.occupy();
    turn.inbox.post(async () => {
      release();
      if (!turn.open || turn.memory.coroutine.pendingCommand(command.stepId) !== command) return;
      // Another wait that was asked for together with this one may have subscribed meanwhile.
      if (planReceive(command, turn.memory, turn.root).kind === 'ready') {
        this.begin(command);
        return;
      }
      const problem =
        plan.kind === 'conflict'
          ? new ChannelModeConflictError(command.channel, plan.existing, plan.requested)
          : await subscribe(turn, command.channel, plan.mode);
      if (problem instanceof ChannelModeConflictError) await this.#fail(command, problem);
      else if (problem === 'done') this.begin(command);
    });
  }

  /** Something was published on the channel. */
  hint(channel: string): void {
    // What was looked for ahead of it may have missed what it tells of.
    this.#ahead = undefined;
    const listening = this.#open.filter((open) => open.listensTo(channel));
    for (const open of listening) open.hint();
    if (listening.length > 0) this.#look();
  }

  withdraw(stepId: string): void {
    if (this.#open.some((open) => open.stepId === stepId)) this.#close(stepId);
  }

  /** The deadline of a wait has come: one more look, then it ends. */
  timeUp(stepId: string): void {
    const open = this.#open.find((one) => one.stepId === stepId);
    if (!open) return;
    open.late = true;
    open.hint();
    this.#look();
  }

  /** The waits go into the database, for those who publish while nobody has the instance in hand. */
  park(): void {
    const { memory, journal } = this.turn;
    for (const open of this.#open) {
      if (memory.storedWaits.has(open.stepId)) continue;
      memory.storedWaits.add(open.stepId);
      memory.dirty = true;
      journal.draft.messaging.addWaits.push(...open.rows());
    }
  }

  clear(): void {
    this.#open = [];
    this.#register();
  }

  #register(): void {
    const waits = this.#open.flatMap(({ command, subscriptions }) =>
      subscriptions.map(({ channel, mode }) => ({ channel, mode, key: command.key })),
    );
    this.turn.services.waitIndex.set(this.turn.instance.instanceId, waits);
  }

  #serveSoon(): void {
    const release = this.turn.occupy();
    this.turn.inbox.post(() => {
      release();
      return this.#serve();
    });
  }

  /** Gives what was pulled to the waits; then looks for more, or lets the deadlines count down. */
  async #serve(): Promise<void> {
    const { turn } = this;
    for (let found = this.#match(); found && turn.open; found = this.#match()) {
      await this.#deliver(found.open, found.message);
    }
    if (!turn.open) return;
    for (const open of this.#open.filter(({ stale }) => !stale)) {
      if (!this.#open.includes(open)) continue;
      const { deadline } = open.command;
      if (open.late) await this.#fail(open.command, new WaitTimeoutError(open.command.channel, deadline ?? 0));
      else if (deadline !== undefined && !turn.waits.has(open.stepId))
        turn.waits.begin(open.stepId, open.stepId, deadline);
    }
    this.#look();
  }

  #match(): { readonly open: OpenReceive; readonly message: MessageRow } | undefined {
    for (const open of this.#open) {
      const message = open.competing ? undefined : this.#buffer.find(open);
      if (message) return { open, message };
    }
    return undefined;
  }

  /** Looks into the database for the waits that a hint is open for. One look at a time; a hint meanwhile asks for another. */
  #look(): void {
    const { turn } = this;
    const stale = this.#open.filter((open) => open.stale);
    if (this.#looking || stale.length === 0 || !turn.open) return;
    this.#looking = true;
    const release = turn.occupy();
    const marks = stale.map((open) => ({ open, hints: open.hints }));
    const ahead = this.#ahead;
    this.#ahead = undefined;
    void pullMessages(
      turn,
      stale.filter((open) => !open.competing),
      ahead,
    ).then((rows) => {
      turn.inbox.post(async () => {
        this.#looking = false;
        release();
        if (!turn.open) return;
        this.#buffer.add(rows);
        for (const { open, hints } of marks) if (!open.competing) open.followed(hints);
        for (const { open, hints } of marks) if (open.competing) await this.#claim(open, hints);
        await this.#serve();
      });
    });
  }

  /** A competing message is this instance's before anything else happens (E23d). */
  async #claim(open: OpenReceive, hints: number): Promise<void> {
    const { turn } = this;
    if (!this.#open.includes(open) || !turn.open) return;
    const { deadline } = open.command;
    const expired = deadline !== undefined && turn.services.clock.now() > deadline;
    const row = expired ? 'none' : await claimMessage(turn, open);
    if (row === 'none') open.followed(hints);
    if (typeof row === 'string') return;
    turn.countRow();
    this.#close(open.stepId, 'recorded');
    await this.#tell(row, undefined);
  }

  async #deliver(open: OpenReceive, message: MessageRow): Promise<void> {
    const { turn } = this;
    const { command, subscriptions } = open;
    const subscription = subscriptions.find(({ channel }) => channel === message.channel);
    if (!subscription) return;
    this.#buffer.remove(message);
    const row = receivedRow(open.command, message, turn.journal.stamp());
    if (subscription.take(message, command.key, row.time) && !subscription.implicit) {
      turn.journal.draft.messaging.cursors.push({ channel: message.channel, cursor: subscription.cursor });
    }
    this.#close(open.stepId);
    tellMessage(turn, turn.journal.draft, command, message);
    await this.#tell(row, row);
  }

  async #fail(command: ReceiveCommand, error: WaitTimeoutError | ChannelModeConflictError): Promise<void> {
    this.#close(command.stepId);
    if (error instanceof WaitTimeoutError) tellTimeout(this.turn, command, error.deadline);
    const row = failedWaitRow(command.stepId, command.channel, error, this.turn.journal.stamp());
    await this.#tell(row, row);
  }

  /** The live value is read from the row, as a replay will read it. */
  async #tell(row: NewHistoryRow, unrecorded: NewHistoryRow | undefined): Promise<void> {
    const { turn } = this;
    const { payloads, errorTypes } = turn.services;
    if (unrecorded) turn.record(unrecorded);
    try {
      const event = await toEvent({ ...row, id: 0 }, payloads, errorTypes);
      if (event && turn.open) await turn.deliver(event, undefined);
    } catch (error) {
      turn.block(error);
    }
  }

  #close(stepId: string, rows?: 'recorded'): void {
    const { turn } = this;
    this.#open = this.#open.filter((open) => open.stepId !== stepId);
    turn.waits.cancel(stepId);
    if (turn.memory.storedWaits.delete(stepId) && rows === undefined) {
      turn.journal.draft.messaging.removeWaits.push(stepId);
    }
    this.#register();
  }
}
