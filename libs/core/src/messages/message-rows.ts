import { type ChannelModeConflictError } from '../errors/channel-mode-conflict-error.js';
import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import { toFailure } from '../history/failure.js';
import { failedParts } from '../history/envelope.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { MessageRow } from '../ports/message.js';
import type { ReceiveCommand } from '../replay/command.js';
import { omitted, standardJson, tagged } from './standard-json.js';

/** The row that records a received message, in the family's layout; the number of the message is ours. */
export function receivedRow(
  { stepId, channel, key }: Pick<ReceiveCommand, 'stepId' | 'channel' | 'key'>,
  message: MessageRow,
  time: number,
): NewHistoryRow {
  const head = `"id":${JSON.stringify(message.messageId)},"channel":${JSON.stringify(channel)}`;
  const data = message.foreign && message.data !== null ? standardJson(message.data, tagged) : message.data;
  const body = data === null ? '' : `,"data":${data}`;
  const metadata = standardJson(message.metadata ?? '{}', omitted);
  const published = new Date(message.publishedAt).toISOString();
  const own = JSON.stringify({
    row: message.id,
    channel: message.channel,
    ...(message.foreign && { foreign: true }),
    ...(key !== null && { wait_key: key }),
  });
  return {
    activityId: stepId,
    eventType: 'ChannelMessageReceived',
    data: `{${head}${body},"metadata":${metadata},"published_at":"${published}","romancy":${own}}`,
    binary: message.binary,
    time,
  };
}

/** The row that records that a wait has ended without a message. */
export function failedWaitRow(
  stepId: string,
  channel: string,
  error: WaitTimeoutError | ChannelModeConflictError,
  time: number,
): NewHistoryRow {
  const timeout =
    error instanceof WaitTimeoutError ? `,"timeout_at":${JSON.stringify(error.deadline.toISOString())}` : '';
  return {
    activityId: stepId,
    eventType: 'MessageTimeout',
    data: `{"_error":true,${failedParts(toFailure(error))},"channel":${JSON.stringify(channel)}${timeout}}`,
    binary: null,
    time,
  };
}
