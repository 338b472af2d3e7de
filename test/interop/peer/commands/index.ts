import type { Command } from '../command.js';
import { outbox, relay, serve, waitEvent } from './events.js';
import { member, tellGroup } from './groups.js';
import { cancel, clean, hold, migrate, shared, sleep } from './instances.js';
import { publish, sendTo, subscribe } from './messages.js';

export const COMMANDS: Readonly<Record<string, Command>> = {
  migrate,
  subscribe,
  publish,
  'send-to': sendTo,
  'wait-event': waitEvent,
  serve,
  sleep,
  shared,
  hold,
  outbox,
  relay,
  cancel,
  clean,
  member,
  'tell-group': tellGroup,
};
