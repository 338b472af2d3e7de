import { currentActivity, toMilliseconds, type Duration } from '@romancy/core';
import type { LiveCall } from '../calls/live-call.js';
import type { RecordedCall } from '../calls/recorded-call.js';
import { LlmConfigurationError } from '../errors/llm-configuration.error.js';
import type { LlmCallOptions } from '../interfaces/call-options.interface.js';
import type { LlmCallFacts } from '../interfaces/listener.interface.js';
import type { RomancyLlmOptions } from '../interfaces/module-options.interface.js';
import { mergeOptions } from '../options/merge-options.js';
import type { ModelRegistry } from '../providers/model-registry.js';
import type { Redactor } from '../redaction/redactor.js';
import { Deadline } from './deadline.js';
import { failureOf } from './failure-of.js';
import { generate } from './generate.js';
import type { ListenerNotices } from './listener-notices.js';
import { recordedCall } from './recorded-answer.js';

const DEFAULT_TIMEOUT: Duration = '10m';

/** Makes one call: in a workflow within an attempt of its activity, elsewhere on the spot. */
export class CallExecutor {
  constructor(
    private readonly options: RomancyLlmOptions,
    private readonly models: ModelRegistry,
    private readonly redactor: Redactor,
    private readonly notices: ListenerNotices,
  ) {}

  async execute(live: LiveCall): Promise<RecordedCall> {
    const call: LiveCall = { ...live, options: mergeOptions<LlmCallOptions>(this.options.defaults, live.options) };
    const facts = factsOf(call);
    const deadline = new Deadline(
      toMilliseconds(call.options.timeout ?? DEFAULT_TIMEOUT),
      [currentActivity()?.signal, call.options.signal],
      facts,
    );
    try {
      const model = await this.models.get(facts.provider, facts.model);
      const onText = this.notices.textReceiver(facts, call.options.onText);
      const generated = await deadline.race(generate(call, model, deadline.signal, onText));
      const recorded = await recordedCall({ call, facts, generated, redactor: this.redactor, options: this.options });
      this.notices.answered(facts, recorded.answer);
      return recorded;
    } catch (error) {
      // Aborted: what the provider's package made of that does not matter.
      const failure = deadline.isOver ? deadline.reason : failureOf(error, facts);
      this.notices.failed(facts, deadline.isOver ? failure : error);
      throw failure;
    } finally {
      deadline.clear();
    }
  }
}

function factsOf({ name, options }: LiveCall): LlmCallFacts {
  const { provider, model } = options;
  if (provider === undefined || model === undefined) {
    const missing = provider === undefined ? 'provider' : 'model';
    throw new LlmConfigurationError(
      `The call ${name} names no ${missing}. Give it one, or set defaults.${missing} in RomancyLlmModule.forRoot().`,
      { details: { call: name, missing } },
    );
  }
  const { instanceId, stepId, attempt } = currentActivity() ?? {};
  return { call: name, provider, model, instanceId, stepId, attempt };
}
