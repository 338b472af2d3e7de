import { createHash } from 'node:crypto';
import type { Redactor } from '../redaction/redactor.js';
import type { LiveCall } from './live-call.js';

const LENGTH = 16;

/** A short hash of what a call asks, after redaction: equal in every replay, another one when the code asks something else. */
export function digestOf({ name, options, messages }: LiveCall, redactor: Redactor): string {
  const { system, tools, timeout: _timeout, onText: _onText, signal: _signal, ...settings } = options;
  const asked = [
    name,
    settings,
    system === undefined ? null : redactor.text(system, 'system'),
    tools?.map((tool) => tool.name) ?? null,
    redactor.messages(messages, 'prompt'),
  ];
  return createHash('sha256').update(JSON.stringify(asked, bytesAsText)).digest('hex').slice(0, LENGTH);
}

function bytesAsText(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    : value;
}
