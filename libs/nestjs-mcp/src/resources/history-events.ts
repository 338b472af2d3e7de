import type { HistoryRow } from '@romancy/core';
import type { EngineHost } from '@romancy/nestjs';

const PAGE = 500;
const MOST = 2_000;

/** The recorded steps of an instance in order, the first two thousand of them. */
export async function readEvents(
  host: EngineHost,
  instanceId: string,
): Promise<{ readonly events: readonly object[]; readonly truncated: boolean }> {
  const events: object[] = [];
  for (let after = 0; ;) {
    const rows = await host.storage.history.read(instanceId, after, PAGE);
    events.push(...rows.map(eventOf));
    after = rows.at(-1)?.id ?? after;
    if (rows.length < PAGE) return { events, truncated: false };
    if (events.length >= MOST) return { events, truncated: true };
  }
}

function eventOf({ id, activityId, eventType, time, data }: HistoryRow): object {
  return {
    id,
    step: activityId,
    type: eventType,
    at: new Date(time).toISOString(),
    data: data === null ? null : parsed(data),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
