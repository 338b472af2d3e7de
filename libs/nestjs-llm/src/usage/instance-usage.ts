import type { ModuleRef } from '@nestjs/core';
import { applyTransforms, isTransformed, type HistoryRow } from '@romancy/core';
import { EngineHost, ROMANCY_OPTIONS, type RomancyModuleOptions } from '@romancy/nestjs';
import { LLM_ACTIVITY } from '../calls/llm.activities.js';
import { isRecordedCall, type RecordedCall } from '../calls/recorded-call.js';
import { addAnswer, NO_TOTALS, type LlmTotals } from './usage.js';

const PAGE = 500;

/** Adds up what the history of an instance has on record: of its newest generation, where it recurs. */
export class InstanceUsage {
  constructor(private readonly application: ModuleRef) {}

  async of(instanceId: string): Promise<LlmTotals> {
    const { engine, storage } = this.application.get(EngineHost, { strict: false });
    // Rows of a generation that has recurred are in the archive; those of the newest one are under its own id.
    const newest = await engine.get(instanceId);
    let totals = NO_TOTALS;
    for (let after = 0, more = true; more;) {
      const rows = await storage.history.read(newest.instanceId, after, PAGE);
      for (const row of rows) {
        const recorded = await this.#callIn(row);
        if (recorded) totals = addAnswer(totals, recorded.answer);
      }
      more = rows.length === PAGE;
      after = rows.at(-1)?.id ?? after;
    }
    return totals;
  }

  async #callIn({ eventType, data }: HistoryRow): Promise<RecordedCall | undefined> {
    if (eventType !== 'ActivityCompleted' || !data?.includes(LLM_ACTIVITY)) return undefined;
    const row = JSON.parse(data) as { readonly activity_name?: unknown; readonly result?: unknown };
    if (row.activity_name !== LLM_ACTIVITY) return undefined;
    const result = await this.#opened(row.result);
    return isRecordedCall(result) ? result : undefined;
  }

  /** Results may be stored compressed or encrypted; only numbers are read here, so the codec is not needed. */
  async #opened(result: unknown): Promise<unknown> {
    if (!isTransformed(result)) return result;
    const options = this.application.get<RomancyModuleOptions>(ROMANCY_OPTIONS, { strict: false });
    const { transforms = [], readableTransforms = [] } = options;
    return JSON.parse(await applyTransforms(transforms, readableTransforms).decode(JSON.stringify(result)));
  }
}
