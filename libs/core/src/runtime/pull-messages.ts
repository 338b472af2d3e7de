import { TARGET_EXTENSIONS } from '../events/event-target.js';
import { read, textOf } from '../history/safe-read.js';
import type { MessageRow, PendingRequest } from '../ports/message.js';
import type { ActiveTurn } from './active-turn.js';
import { keyOfMessage } from './message-key.js';
import type { LookAhead } from './look-ahead.js';
import type { OpenReceive } from './open-receive.js';
import { untilStored } from './until-stored.js';

/** What is there for these waits. Nothing once the turn is over; a database that is out of reach is waited for. */
export async function pullMessages(
  turn: ActiveTurn,
  opens: readonly OpenReceive[],
  ahead?: LookAhead,
): Promise<readonly MessageRow[]> {
  const found = new Map<number, MessageRow>();
  let requests = opens.flatMap((open) => open.requests());
  while (requests.length > 0) {
    const asked = requests;
    const lists = await untilStored(turn, () => ahead?.take(asked) ?? turn.services.puller.pull(asked));
    const rows = (lists ?? []).flat().filter((row) => isForMe(turn, row));
    for (const row of await keyed(turn, opens, rows)) found.set(row.id, row);
    const useful = [...found.values()].filter((row) =>
      opens.some((open) => open.listensTo(row.channel) && open.accepts(row)),
    );
    requests = asked.flatMap((request, index) => nextPage(request, lists?.[index] ?? [], useful));
  }
  return [...found.values()];
}

/** A page full of what waits for keys have had already says nothing about what comes behind it. */
function nextPage(
  request: PendingRequest,
  page: readonly MessageRow[],
  useful: readonly MessageRow[],
): readonly PendingRequest[] {
  const last = page.at(-1);
  if (page.length < request.limit || last === undefined) return [];
  if (useful.some(({ channel }) => channel === request.channel)) return [];
  // Behind the cursor are young messages of siblings, which have no order to go on in.
  return [last.id > request.cursor ? { ...request, cursor: last.id } : { ...request, limit: request.limit * 8 }];
}

/** Siblings store an event that is for one instance on the channel of its type. */
function isForMe(turn: ActiveTurn, row: MessageRow): boolean {
  if (!row.foreign || row.metadata === null) return true;
  const extensions = read(parsed(row.metadata), 'ce_extensions');
  const target = TARGET_EXTENSIONS.map((name) => textOf(extensions, name)).find((id) => id !== undefined);
  if (target === undefined || target === turn.instance.instanceId || target === turn.root) return true;
  turn.memory.listening(row.channel).pass(row);
  return false;
}

/** Finds out the keys that nobody has noted yet, for the waits that ask for one; what is found out is noted for others. */
async function keyed(
  turn: ActiveTurn,
  opens: readonly OpenReceive[],
  rows: readonly MessageRow[],
): Promise<readonly MessageRow[]> {
  const { payloads, storage, logger } = turn.services;
  const found: { readonly id: number; readonly key: string }[] = [];
  const known: MessageRow[] = [];
  for (const row of rows) {
    const asked = opens.some((open) => open.command.key !== null && open.listensTo(row.channel));
    if (row.key !== null || !asked) {
      known.push(row);
      continue;
    }
    const key = await keyOfMessage(payloads, row);
    found.push({ id: row.id, key });
    known.push({ ...row, key });
  }
  if (found.length > 0) {
    storage.messages.setKeys(found).catch((error: unknown) => {
      logger.debug('Keys of messages could not be noted.', { error: String(error) });
    });
  }
  return known;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
