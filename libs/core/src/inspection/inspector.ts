import type { PayloadTransform } from '../history/payload-transform.js';
import type { GenerationPage } from '../ports/inspection.js';
import type { InstanceFilter, InstanceRow } from '../ports/instance.js';
import type { Storage } from '../ports/storage.js';
import { instanceIdProblem } from '../runtime/instance-id.js';
import { toHistoryItem, type HistoryItem } from './history-item.js';
import { compensationOf, outcomeOf, retryingOf, type InstanceDetail } from './instance-detail.js';
import { toSummary, type InstanceSummaryPage } from './instance-summary.js';
import { toOutboxView } from './outbox-view.js';
import { readOverview, type Overview } from './overview.js';
import { StoredValues } from './stored-value.js';
import { toSubscriptionViews } from './subscription-view.js';
import { waitingFor } from './waiting-for.js';

/** Instances that one page of a list may look at. */
const SCANNED = 50_000;
const GENERATIONS = 20;
const EVENTS = 50;
const MAX_CHARACTERS = 256 * 1024;
const MOST_ROWS = 500;

export interface InspectorOptions {
  /** To open what is stored encrypted or compressed. Default none: such payloads are marked as unreadable. */
  readonly transforms?: readonly PayloadTransform[];
  readonly readableTransforms?: readonly PayloadTransform[];
}

/**
 * Shows what is in the database, of every framework, to people: as JSON that is safe to hand out, with payloads opened where they can be read.
 * It needs no engine, changes nothing, and what it asks costs about the same on a large table as on a small one.
 *
 * @example
 * const inspector = new Inspector(storage);
 * const page = await inspector.list({ status: 'failed' });
 * const detail = await inspector.get(page.instances[0].instanceId);
 */
export class Inspector {
  readonly #values: StoredValues;

  constructor(
    private readonly storage: Storage,
    { transforms = [], readableTransforms = [] }: InspectorOptions = {},
  ) {
    this.#values = new StoredValues([...readableTransforms, ...transforms], MAX_CHARACTERS);
  }

  /**
   * A page of instances, newest first. A search for something rare pauses after some ten thousand instances: the page then has a token and says how
   * far it has come. An instance whose whole id is given is found at once.
   */
  async list(filter: InstanceFilter = {}): Promise<InstanceSummaryPage> {
    const exact = filter.pageToken === undefined ? await this.#named(filter) : undefined;
    if (exact) return { instances: [toSummary(exact)], nextPageToken: null, searchedTo: null };
    const page = await this.storage.instances.list({
      framework: null,
      scanLimit: SCANNED,
      withoutPayloads: true,
      ...filter,
    });
    return {
      instances: page.instances.map(toSummary),
      nextPageToken: page.nextPageToken,
      searchedTo: page.searchedTo ?? null,
    };
  }

  /** Everything about one instance (this generation, and no later one) but its history; undefined if there is none. */
  async get(instanceId: string): Promise<InstanceDetail | undefined> {
    const row = await this.#row(instanceId);
    if (!row) return undefined;
    const { storage } = this;
    const { runState, inspection, messages } = storage;
    const values = this.#values;
    const state = await runState.load(instanceId);
    const takeovers = await runState.takeovers(instanceId);
    const compensations = await runState.compensations(instanceId);
    return {
      ...toSummary(row),
      codeVersion: row.sourceHash,
      input: await values.ofText(row.input),
      outcome: await outcomeOf(row, values),
      heldBy: row.lockedBy?.split('#')[0] ?? null,
      heldUntil: row.lockExpiresAt,
      block: state.block ? { ...state.block, explanation: JSON.parse(state.block.explanation) as unknown } : null,
      takeovers: takeovers ? { count: takeovers.takeovers, restsUntil: takeovers.restsUntil } : null,
      waitingFor: waitingFor(state, await inspection.siblingWaits(instanceId)),
      retrying: retryingOf(state),
      compensations: await Promise.all(compensations.map((each) => compensationOf(each, values))),
      groups: await inspection.groups(instanceId),
      subscriptions: await toSubscriptionViews(state.subscriptions, messages, values),
      outbox: await Promise.all(
        (await inspection.outbox({ instanceId, limit: EVENTS, maxCharacters: MAX_CHARACTERS })).map((event) =>
          toOutboxView(event, values),
        ),
      ),
      generations: await inspection.generations(instanceId, GENERATIONS),
    };
  }

  /** Rows of a history after one of them, in their order. */
  async history(instanceId: string, { afterId = 0, limit = 100 } = {}): Promise<readonly HistoryItem[]> {
    if (instanceIdProblem(instanceId) !== undefined) return [];
    const count = Math.min(Math.max(limit, 1), MOST_ROWS);
    const rows = await this.storage.inspection.historyExcerpt(instanceId, afterId, count, MAX_CHARACTERS);
    return Promise.all(rows.map((row) => toHistoryItem(row, this.#values)));
  }

  /** The generations around one. */
  generations(instanceId: string, limit = GENERATIONS): Promise<GenerationPage> {
    return this.storage.inspection.generations(instanceId, limit);
  }

  /** The source of the workflow's code that an instance was started with; undefined if there is none. */
  async source(instanceId: string): Promise<string | undefined> {
    const row = await this.#row(instanceId);
    const source = row && (await this.storage.inspection.source(row.workflowName, row.sourceHash));
    return source === '' ? undefined : source;
  }

  overview(): Promise<Overview> {
    return readOverview(this.storage);
  }

  async #row(instanceId: string): Promise<InstanceRow | undefined> {
    return instanceIdProblem(instanceId) === undefined ? this.storage.instances.get(instanceId) : undefined;
  }

  /** The instance whose whole id is looked for, with nothing else. */
  async #named({ instanceId, limit: _, ...others }: InstanceFilter): Promise<InstanceRow | undefined> {
    const alone = Object.values(others).every((value: unknown) => value === undefined || value === null);
    return alone && instanceId !== undefined ? this.#row(instanceId) : undefined;
  }
}
