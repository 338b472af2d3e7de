import { toMilliseconds, type Duration } from '../definition/duration.js';
import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import { ResultTimeoutError } from '../errors/result-timeout-error.js';
import { WorkflowCancelledError } from '../errors/workflow-cancelled-error.js';
import { WorkflowFailedError } from '../errors/workflow-failed-error.js';
import { readFailure, readOutputResult } from '../history/envelope-reader.js';
import { fromFailure } from '../history/failure.js';
import {
  FRAMEWORK,
  isTerminal,
  type InstanceFilter,
  type InstanceRow,
  type TerminalStatus,
} from '../ports/instance.js';
import { currentScope } from '../scope/scope.js';
import type { Dispatcher } from './dispatcher.js';
import type { EndNotice } from './end-notices.js';
import { InstanceReader } from './instance-reader.js';
import { instanceIdProblem } from './instance-id.js';
import type { InstanceBlock, InstanceInfo, InstanceInfoPage, InstanceSuspicion } from './instance-info.js';
import { SUSPECT_FROM } from './quarantine.js';
import type { EngineServices } from './services.js';
import { withResolvers } from './with-resolvers.js';

const FIRST_POLL = 25;
const LONGEST_POLL = 1_000;

interface Ear {
  /** The notice; undefined when the instance leaves this process, when it is time to look, or when no time is left. */
  within(left: number, look: number): Promise<EndNotice | undefined>;
  stop(): void;
}

/** Everything that reads instances for users. */
export class Queries {
  readonly #reader: InstanceReader;

  constructor(
    private readonly services: EngineServices,
    private readonly dispatcher: Dispatcher,
  ) {
    this.#reader = new InstanceReader(services.storage.instances);
  }

  async get(instanceId: string): Promise<InstanceInfo> {
    return this.#info(await this.row(instanceId));
  }

  /** The newest generation's row. */
  async row(instanceId: string): Promise<InstanceRow> {
    // A database may refuse the question itself, or find an instance that only looks like it.
    const possible = instanceIdProblem(instanceId) === undefined;
    const row = possible ? await this.services.storage.instances.latest(instanceId) : undefined;
    if (!row) throw new InstanceNotFoundError(instanceId);
    return row;
  }

  async list(filter: InstanceFilter = {}): Promise<InstanceInfoPage> {
    const page = await this.services.storage.instances.list(filter);
    return { ...page, instances: await Promise.all(page.instances.map((row) => this.#info(row))) };
  }

  async block(instanceId: string): Promise<InstanceBlock | undefined> {
    const row = await this.services.storage.runState.block(instanceId);
    return (
      row && {
        code: row.code,
        codeVersion: row.codeVersion,
        explanation: JSON.parse(row.explanation),
        blockedAt: new Date(row.blockedAt),
      }
    );
  }

  async suspicion(instanceId: string): Promise<InstanceSuspicion | undefined> {
    const row = await this.services.storage.runState.takeovers(instanceId);
    if (row === undefined || row.takeovers < SUSPECT_FROM) return undefined;
    return {
      takeovers: row.takeovers,
      restsUntil: new Date(row.restsUntil),
      explanation:
        `The workers that ran this instance died or stopped answering ${String(row.takeovers)} times before it recorded anything new. ` +
        'It runs alone, and rests longer after each time, ten minutes at most. Look at what its next step does (memory, endless loops, ' +
        'process.exit, native code); retryBlocked() ends the rest, cancel() ends the instance.',
    };
  }

  async result(instanceId: string, options: { readonly timeout?: Duration } = {}): Promise<unknown> {
    const timeoutMs = options.timeout === undefined ? Infinity : toMilliseconds(options.timeout);
    const deadline = this.services.clock.now() + timeoutMs;
    // The generation that goes on: a long chain is followed once, not at every look.
    let current = instanceId;
    for (let poll = FIRST_POLL, first = true; ; first = false) {
      // From before the look on, so that no end falls between the two.
      const ear = this.#listen(current);
      try {
        // While a turn of this process has the instance, or its claim is under way, it is told what comes of it, and nothing needs to be read.
        if (!(first && timeoutMs > 0 && this.dispatcher.isComing(current))) {
          const row = await this.#look(current);
          if (isTerminal(row.status) && row.status !== 'recurred') return this.#resultOf(row);
          if (row.instanceId !== current) {
            current = row.instanceId;
            poll = FIRST_POLL;
            continue;
          }
        }
        const left = deadline - this.services.clock.now();
        if (left <= 0) throw new ResultTimeoutError(instanceId, timeoutMs);
        const notice = await ear.within(left, this.dispatcher.isRunning(current) ? LONGEST_POLL * 5 : poll);
        if (notice && notice.status !== 'recurred') return this.#decode(current, notice, null);
      } finally {
        ear.stop();
      }
      poll = Math.min(poll * 2, LONGEST_POLL);
    }
  }

  /** As {@link row}, for those that look again and again: what others look at in the meantime travels along. */
  async #look(instanceId: string): Promise<InstanceRow> {
    // Inside a transaction the look belongs to it: on SQLite it would wait for it otherwise.
    if (instanceIdProblem(instanceId) !== undefined || currentScope() !== undefined) return this.row(instanceId);
    const row = await this.#reader.read(instanceId);
    // Only an end of ours is certain to come before its continuation.
    return row?.framework === FRAMEWORK && !isTerminal(row.status) ? row : this.row(instanceId);
  }

  #resultOf(row: InstanceRow): unknown {
    const { workflowName, status, output } = row;
    const end = { workflowName, status: status as TerminalStatus, output: output ?? 'null' };
    return this.#decode(row.instanceId, end, row.cancelReason);
  }

  /** Hears of the next end of the instance in this process. */
  #listen(instanceId: string): Ear {
    const { clock } = this.services;
    const { promise, resolve } = withResolvers<EndNotice | undefined>();
    const stop = this.dispatcher.notices.subscribe(instanceId, resolve);
    return {
      stop,
      within: (left, look) => {
        const over = (): void => {
          resolve(undefined);
        };
        const timer = look < left ? clock.lookAfter(look, over) : clock.after(left, over);
        return promise.finally(() => {
          timer.cancel();
        });
      },
    };
  }

  #decode(instanceId: string, { workflowName, status, output }: EndNotice, cancelReason: string | null): unknown {
    const json: unknown = JSON.parse(output);
    if (status === 'completed') return this.services.payloads.reviveStored(readOutputResult(json));
    if (status === 'failed') {
      throw new WorkflowFailedError({
        instanceId,
        workflowName,
        cause: fromFailure(readFailure(json), this.services.errorTypes),
      });
    }
    throw new WorkflowCancelledError({ instanceId, workflowName, reason: reasonOf(json) ?? cancelReason });
  }

  async #info(row: InstanceRow): Promise<InstanceInfo> {
    const output: unknown = row.output === null ? undefined : JSON.parse(row.output);
    const failure = row.status === 'failed' && output !== undefined ? readFailure(output) : undefined;
    return {
      instanceId: row.instanceId,
      workflowName: row.workflowName,
      framework: row.framework,
      ownerService: row.ownerService,
      status: row.status,
      stage: row.stage,
      startedAt: new Date(row.startedAt),
      updatedAt: new Date(row.updatedAt),
      continuedFrom: row.continuedFrom,
      input: await this.services.payloads.read(row.input),
      result:
        row.status === 'completed' ? await this.services.payloads.reviveStored(readOutputResult(output)) : undefined,
      error: failure && {
        name: failure.name,
        message: failure.message,
        code: failure.code === undefined ? undefined : String(failure.code),
        stack: failure.stack,
      },
      cancelReason: row.cancelReason,
    };
  }
}

function reasonOf(json: unknown): string | null {
  return typeof json === 'object' && json !== null && 'reason' in json && typeof json.reason === 'string'
    ? json.reason
    : null;
}
