import type { Command } from '../replay/command.js';
import type { ActiveTurn } from './active-turn.js';
import { historyLimit } from './blocking.js';
import type { BodyCommand } from './body-command.js';
import { BodyLauncher } from './body-launcher.js';
import { registerCompensation } from './compensation-command.js';
import { TurnOperations } from './turn-operations.js';
import { tellTimer } from './wait-hooks.js';

/** Takes in hand what the workflow asks for. */
export class TurnCommands {
  readonly #launcher: BodyLauncher;
  readonly #operations: TurnOperations;

  constructor(private readonly turn: ActiveTurn) {
    this.#launcher = new BodyLauncher(turn);
    this.#operations = new TurnOperations(turn);
  }

  handle(command: Command): void {
    const { turn } = this;
    if (turn.memory.rows >= turn.services.settings.historyMaxRows) {
      turn.block(historyLimit(turn));
      return;
    }
    switch (command.kind) {
      case 'sleep':
        tellTimer(turn, command);
        turn.waits.begin(command.stepId, command.stepId, command.deadline);
        return;
      case 'receive':
        turn.receives.begin(command);
        return;
      case 'operation':
        this.#operations.begin(command);
        return;
      case 'compensation':
        registerCompensation(turn, command);
        return;
      default:
        this.#run(command);
    }
  }

  /** The workflow has taken a wait back. */
  withdraw({ kind, stepId }: Command): void {
    if (kind === 'receive') this.turn.receives.withdraw(stepId);
    else this.turn.waits.cancel(stepId);
  }

  /** Starts a body as soon as everything recorded before is durable (E9). */
  launch(command: BodyCommand): void {
    const { turn } = this;
    const release = turn.occupy();
    turn.journal.whenDurable(() => {
      release();
      if (turn.open && !turn.stopping) this.#launcher.launch(command);
      else turn.inbox.post(() => undefined);
    });
  }

  #run(command: BodyCommand): void {
    const failed = this.turn.memory.attempts.get(command.stepId);
    // Also where the time has come: the stored timer goes, so that the next failure can set its own.
    if (failed) this.turn.waits.parkRetry(command.stepId, failed.nextAt);
    else this.launch(command);
  }
}
