import type { HistoryItem } from '@romancy/core';
import type { Source } from '../sources/source.js';

const PAGE = 500;

/** All rows of a history. */
export async function wholeHistory(source: Source, instanceId: string): Promise<readonly HistoryItem[]> {
  const items: HistoryItem[] = [];
  for (let afterId = 0; ;) {
    const page = await source.history(instanceId, { afterId, limit: PAGE });
    items.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return items;
    afterId = last.id;
  }
}
