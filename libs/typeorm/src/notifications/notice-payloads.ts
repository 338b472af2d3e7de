import type { Notice } from '@romancy/core';
import { MESSAGE_CHANNEL, messagePayload } from './message-notices.js';

export const RESUMABLE_CHANNEL = 'workflow_resumable';
const OUTBOX_CHANNEL = 'workflow_outbox_pending';
/** Ours alone: siblings tell nobody. */
const ENDED_CHANNEL = 'romancy_instance_ended';

/** What is listened to. */
export const NOTICE_CHANNELS = [MESSAGE_CHANNEL, RESUMABLE_CHANNEL, OUTBOX_CHANNEL, ENDED_CHANNEL] as const;

interface Sent {
  readonly channel: string;
  readonly payload: string;
}

/** The notice as the family sends it. */
export function encodeNotice(notice: Notice): Sent {
  switch (notice.kind) {
    case 'message':
      return { channel: MESSAGE_CHANNEL, payload: messagePayload(notice.channel, notice.key, null) };
    case 'resumable':
      return { channel: RESUMABLE_CHANNEL, payload: resumablePayload(notice) };
    case 'ended':
      return { channel: ENDED_CHANNEL, payload: JSON.stringify({ instance_id: notice.instanceId }) };
    case 'outbox':
      return { channel: OUTBOX_CHANNEL, payload: JSON.stringify({ evt_id: '', evt_type: '', event_id: '' }) };
  }
}

/** With the names of both siblings. */
export function resumablePayload(instance: { readonly instanceId: string; readonly workflowName: string }): string {
  const { instanceId, workflowName } = instance;
  return JSON.stringify({
    wf_id: instanceId,
    wf_name: workflowName,
    instance_id: instanceId,
    workflow_name: workflowName,
  });
}

/** What one of us or of the siblings has sent; undefined if it tells nothing, so that one has to look. */
export function decodeNotice(channel: string, payload: string | undefined): Notice | undefined {
  const fields = fieldsOf(payload);
  switch (channel) {
    case MESSAGE_CHANNEL: {
      const name = firstText(fields, 'ch', 'channel', 'channel_name');
      return name === undefined ? undefined : { kind: 'message', channel: name, key: firstText(fields, 'key') ?? null };
    }
    case RESUMABLE_CHANNEL: {
      const instanceId = firstText(fields, 'instance_id', 'wf_id');
      const workflowName = firstText(fields, 'workflow_name', 'wf_name');
      return instanceId === undefined || workflowName === undefined
        ? undefined
        : { kind: 'resumable', instanceId, workflowName };
    }
    case ENDED_CHANNEL: {
      const instanceId = firstText(fields, 'instance_id');
      return instanceId === undefined ? undefined : { kind: 'ended', instanceId };
    }
    case OUTBOX_CHANNEL:
      return { kind: 'outbox' };
    default:
      return undefined;
  }
}

function fieldsOf(payload: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(payload ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function firstText(fields: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  return names.map((name) => fields[name]).find((value): value is string => typeof value === 'string');
}
