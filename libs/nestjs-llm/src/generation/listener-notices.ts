import { Logger } from '@nestjs/common';
import { currentActivity } from '@romancy/core';
import type { LlmAnswer } from '../interfaces/answer.interface.js';
import type { LlmCallFacts, LlmListener, LlmTextDelta } from '../interfaces/listener.interface.js';

type Receiver = (delta: LlmTextDelta) => void;

/** Tells the listeners; what they throw is reported and changes nothing. */
export class ListenerNotices {
  readonly #logger = new Logger('RomancyLlm');

  constructor(private readonly listener: LlmListener | undefined) {}

  /** Where pieces of text go; undefined when nobody listens, so that the call need not stream. */
  textReceiver(facts: LlmCallFacts, own: Receiver | undefined): ((text: string) => void) | undefined {
    const { listener } = this;
    const receivers = [own, listener?.onText?.bind(listener)].filter((receiver) => receiver !== undefined);
    if (receivers.length === 0) return undefined;
    return (text) => {
      for (const receiver of receivers) this.#tell('onText', () => receiver({ ...facts, text }));
    };
  }

  /** In a workflow, told when the answer is recorded. */
  answered(facts: LlmCallFacts, answer: LlmAnswer): void {
    const { listener } = this;
    if (listener?.onAnswer === undefined) return;
    const tell = (): void => this.#tell('onAnswer', () => listener.onAnswer?.(facts, answer));
    const activity = currentActivity();
    if (activity) activity.afterCommit(tell);
    else tell();
  }

  failed(facts: LlmCallFacts, error: unknown): void {
    this.#tell('onFailure', () => this.listener?.onFailure?.(facts, error));
  }

  #tell(method: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.warn(`${method} of a listener failed: ${error instanceof Error ? error.name : typeof error}`);
    }
  }
}
