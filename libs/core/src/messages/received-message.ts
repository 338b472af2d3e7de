import type { ReceivedMessage } from '../definition/messages.js';
import { read, textOf } from '../history/safe-read.js';
import type { HistoryRow, NewHistoryRow } from '../ports/history-row.js';

/** What a row of a received message says, whoever wrote it: we, or a sibling that brought the message to the instance. */
export interface RecordedMessage {
  /** JSON, still to be revived, or bytes. */
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly messageId: string | undefined;
  readonly channel: string | undefined;
  readonly publishedAt: number;
  /** Number of the message, where the row tells it. */
  readonly rowId: number | undefined;
  /** The channel that it was stored on, where the row tells it. */
  readonly storedOn: string | undefined;
  readonly foreign: boolean;
  /** The wait that got it was for this key. */
  readonly waitKey: string | null;
}

/** A row that a sibling wrote for bytes has no envelope at all. */
export function readRecordedMessage(row: NewHistoryRow | HistoryRow): RecordedMessage {
  const json: unknown = row.data === null ? undefined : JSON.parse(row.data);
  const own = read(json, 'romancy');
  const id = read(json, 'id');
  const metadata = read(json, 'metadata');
  const published = Date.parse(textOf(json, 'published_at') ?? textOf(json, 'created_at') ?? '');
  const ownRow = read(own, 'row');
  return {
    data: row.binary ?? read(json, 'data') ?? null,
    metadata: isObject(metadata) ? metadata : {},
    messageId: typeof id === 'string' ? id : undefined,
    channel: textOf(json, 'channel') ?? textOf(json, 'channel_name'),
    // A sibling may write the year 1 for "now".
    publishedAt: published > 0 ? published : row.time,
    rowId: typeof ownRow === 'number' ? ownRow : typeof id === 'number' ? id : undefined,
    storedOn: textOf(own, 'channel'),
    foreign: own === undefined || read(own, 'foreign') === true,
    waitKey: textOf(own, 'wait_key') ?? null,
  };
}

/** What the workflow gets. */
export function toReceivedMessage(recorded: RecordedMessage, stepId: string, data: unknown): ReceivedMessage {
  return {
    id: recorded.messageId ?? String(recorded.rowId ?? stepId),
    channel: recorded.channel ?? stepId.replace(/^receive_/, '').replace(/:[^:]*$/, ''),
    data,
    metadata: recorded.metadata,
    publishedAt: new Date(recorded.publishedAt),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
