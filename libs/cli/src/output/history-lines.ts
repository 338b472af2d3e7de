import type { HistoryItem } from '@romancy/core';
import { shown } from './json.js';
import { moment, plain, span } from './plain.js';

/** One line for each row of a history: `3. 12:00:04Z ActivityCompleted charge:1 (2 attempts, 120ms)`. */
export function historyLines(items: readonly HistoryItem[], values: boolean): readonly string[] {
  return items.flatMap((item, index) => {
    const notes = [
      item.attempts !== null && item.attempts > 1 ? `${String(item.attempts)} attempts` : undefined,
      item.durationMs === null ? undefined : span(item.durationMs),
      item.compensates === null ? undefined : `undoes ${item.compensates}`,
      item.failure === null ? undefined : `${item.failure.name}: ${item.failure.message}`,
    ].filter((note) => note !== undefined);
    const head = `${String(index + 1)}. [${moment(item.time)}] ${item.type} - ${item.stepId}`;
    const line = plain(notes.length === 0 ? head : `${head} (${notes.join(', ')})`);
    if (!values) return [line];
    return [
      line,
      ...(item.input === null ? [] : [`   input:  ${shown(item.input)}`]),
      ...(item.result === null ? [] : [`   result: ${shown(item.result)}`]),
    ];
  });
}
