import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { InstanceConflictError, type InstanceConflict } from '../errors/instance-conflict-error.js';
import { CommitUnknownError, EntryConflictError } from '../errors/storage-errors.js';
import { WorkflowNotRegisteredError } from '../errors/workflow-not-registered-error.js';
import type { EntryVerdict } from '../ports/commit.js';
import { FRAMEWORK, isTerminal, type InstanceRow, type NewInstance } from '../ports/instance.js';
import type { StartTrace } from '../ports/tracing.js';
import type { ExistingInstance, ForeignTransaction } from '../ports/transaction.js';
import type { Dispatcher } from './dispatcher.js';
import type { StartReport, StartRequest } from './engine-api.js';
import { createEntry } from './entry-draft.js';
import { checkInstanceId, firstGeneration, nextGeneration } from './instance-id.js';
import { definitionRow, newInstance, startEvent } from './new-instance.js';
import type { ProcessIdentity } from './process-identity.js';
import type { EngineServices } from './services.js';
import { traceStart } from './start-trace.js';
import { traceText } from './trace-text.js';
import { uuidv7 } from './uuid-v7.js';

/** A start as it is carried out. */
interface Asked extends Pick<StartRequest, 'instanceId' | 'onConflict' | 'transaction'> {
  readonly trace: StartTrace;
  /** The input for listeners: what it was when it was asked for, whatever the caller has done with it since. */
  readonly told: () => unknown;
}

/** Starts instances: already locked where this process will run them, with nothing read on the way (E11, E11a). */
export class Starter {
  constructor(
    private readonly services: EngineServices,
    private readonly dispatcher: Dispatcher,
    private readonly identity: ProcessIdentity,
    /** Tells the resumption loop that an unlocked instance waits. */
    private readonly onUnlocked: (instanceId: string, workflowName: string) => void,
  ) {}

  async start(request: StartRequest): Promise<StartReport> {
    const { registry, payloads, clock } = this.services;
    const definition = registry.workflow(request.workflowName);
    if (!definition) throw new WorkflowNotRegisteredError(request.workflowName, registry.workflowNames);
    const instanceId = request.instanceId ?? uuidv7(clock.now());
    checkInstanceId(instanceId);
    const text = payloads.encode(request.input);
    const trace = traceStart(this.services, {
      instanceId,
      workflowName: definition.name,
      parent: request.traceContext,
    });
    const sealed = payloads.seal(text);
    const input = typeof sealed === 'string' ? sealed : await sealed;
    const base = { instanceId, input, trace: traceText(trace.context) };
    const instance = newInstance(this.services, definition, base);
    return this.#begin(instance, definition, { ...request, trace, told: () => payloads.decode(text) });
  }

  /** A new instance with the input of one that has ended, as it is stored; two restarts at once meet in one instance. */
  async restart(ended: InstanceRow): Promise<StartReport> {
    const { workflowName, instanceId, input } = ended;
    const definition = this.services.registry.workflow(workflowName);
    if (!definition) throw new WorkflowNotRegisteredError(workflowName, this.services.registry.workflowNames);
    const first = firstGeneration(instanceId);
    const nextId = nextGeneration(first, instanceId);
    const value = await this.#inputOf(ended);
    const trace = traceStart(this.services, { instanceId: nextId, workflowName });
    const next = { instanceId: nextId, input, continuedFrom: instanceId, trace: traceText(trace.context) };
    const instance = newInstance(this.services, definition, next);
    return this.#begin(instance, definition, { instanceId: first, trace, told: () => value });
  }

  async #begin(instance: NewInstance, definition: WorkflowDefinition, asked: Asked): Promise<StartReport> {
    const { trace, transaction } = asked;
    try {
      const report = transaction
        ? await this.#insideTransaction(transaction, asked, instance)
        : await this.#create(instance, definition, asked);
      // Inside a transaction it is created with the commit, or not at all.
      if (!transaction || !report.created) trace.end(report.created);
      return report;
    } catch (error) {
      trace.end(undefined);
      throw error;
    }
  }

  /** For listeners, where there are any; one that cannot be read harms nobody else. */
  async #inputOf({ input }: InstanceRow): Promise<unknown> {
    const { hooks, payloads } = this.services;
    return hooks.onWorkflowStart && (await payloads.read(input).catch(() => undefined));
  }

  async #create(base: NewInstance, definition: WorkflowDefinition, asked: Asked): Promise<StartReport> {
    const { settings } = this.services;
    const reserved = settings.worker && this.dispatcher.reserve();
    const token = this.identity.nextToken();
    const instance = reserved ? { ...base, lock: { token, leaseMs: settings.leaseMs } } : base;
    const leaseEnds = this.services.clock.now() + settings.leaseMs;
    let verdict: EntryVerdict;
    try {
      verdict = await this.#write(instance, definition);
    } catch (error) {
      if (reserved) this.dispatcher.giveBack();
      throw error;
    }
    if (verdict.kind === 'done') {
      this.#tell(instance, asked);
      // A commit that was answered too late: the lease may be another turn's by now, here or elsewhere. The scans take it as any other.
      const late = this.services.clock.now() >= leaseEnds;
      if (reserved && !late) this.dispatcher.runFresh(instance, definition, token);
      else if (reserved) this.dispatcher.giveBack();
      else this.onUnlocked(instance.instanceId, instance.workflowName);
      return { instanceId: instance.instanceId, created: true };
    }
    if (reserved) this.dispatcher.giveBack();
    if (verdict.kind === 'refused') throw new Error(`The start of ${instance.instanceId} was refused by the storage.`);
    return this.#resolveConflict(verdict.row, instance, definition, asked);
  }

  #tell(instance: NewInstance, { told }: Asked): void {
    this.services.hooks.onWorkflowStart?.(startEvent(instance, told()));
  }

  async #write(instance: NewInstance, definition: WorkflowDefinition): Promise<EntryVerdict> {
    const { journal, storage, unknownCommits } = this.services;
    const entry = createEntry(instance);
    for (let retried = false; ; retried = true) {
      try {
        return await journal.committer.write(entry);
      } catch (error) {
        if (error instanceof CommitUnknownError) return unknownCommits.resolve(entry);
        if (!(error instanceof EntryConflictError)) throw error;
        // A collation that ignores case has found another id than the one asked for.
        if (error.conflict === 'unique') throw new InstanceConflictError({ conflict: 'spelling', ...instance });
        if (retried || error.conflict !== 'definition') throw error;
        // Somebody has emptied the definitions since the bootstrap: write ours again.
        await storage.definitions.upsert([definitionRow(definition)]);
      }
    }
  }

  async #resolveConflict(
    existing: InstanceRow,
    instance: NewInstance,
    definition: WorkflowDefinition,
    asked: Asked,
  ): Promise<StartReport> {
    const { instanceId } = instance;
    const conflict = (kind: InstanceConflict): InstanceConflictError =>
      new InstanceConflictError({ conflict: kind, instanceId, workflowName: definition.name, existing });
    // Somebody has started an instance of their own with the id of the next generation.
    if (instance.continuedFrom !== null && existing.continuedFrom !== instance.continuedFrom) {
      const next = nextGeneration(asked.instanceId ?? instanceId, instanceId);
      return this.#create({ ...instance, instanceId: next, lock: null }, definition, asked);
    }
    const kind = conflictOf(existing, definition.name);
    if (kind !== undefined) throw conflict(kind);
    if (existing.instanceId !== instanceId) throw conflict('spelling');
    if (asked.onConflict === 'fail') throw conflict('exists');
    if (asked.onConflict === 'restart-if-terminal') {
      const latest = (await this.services.storage.instances.latest(instanceId)) ?? existing;
      if (isTerminal(latest.status)) {
        const next = {
          ...instance,
          instanceId: nextGeneration(instanceId, latest.instanceId),
          continuedFrom: latest.instanceId,
          lock: null,
        };
        return this.#create(next, definition, { ...asked, onConflict: 'use-existing' });
      }
      return { instanceId: latest.instanceId, created: false };
    }
    return { instanceId: existing.instanceId, created: false };
  }

  /** Everything goes through the caller's transaction: on SQLite any other connection would wait for it. */
  async #insideTransaction(transaction: ForeignTransaction, asked: Asked, instance: NewInstance): Promise<StartReport> {
    const { instanceId, workflowName } = instance;
    if (await transaction.insertInstance(instance)) {
      transaction.afterCommit(() => {
        asked.trace.end(true);
        this.#tell(instance, asked);
        this.onUnlocked(instanceId, workflowName);
      });
      return { instanceId, created: true };
    }
    const restarts = asked.onConflict === 'restart-if-terminal';
    const found = restarts ? transaction.latestInstance(instanceId) : transaction.findInstance(instanceId);
    const existing = (await found) ?? { instanceId, workflowName, framework: FRAMEWORK, status: 'running' };
    const conflict = conflictOf(existing, workflowName);
    if (conflict !== undefined || asked.onConflict === 'fail') {
      throw new InstanceConflictError({ conflict: conflict ?? 'exists', instanceId, workflowName, existing });
    }
    if (restarts && isTerminal(existing.status)) {
      const next = nextGeneration(asked.instanceId ?? instanceId, existing.instanceId);
      return this.#insideTransaction(transaction, asked, {
        ...instance,
        instanceId: next,
        continuedFrom: existing.instanceId,
      });
    }
    return { instanceId: existing.instanceId, created: false };
  }
}

/** Why an existing instance cannot stand for the one that was asked for. */
function conflictOf(
  existing: Pick<ExistingInstance, 'framework' | 'workflowName'>,
  workflowName: string,
): 'framework' | 'workflow' | undefined {
  if (existing.framework !== FRAMEWORK) return 'framework';
  return existing.workflowName === workflowName ? undefined : 'workflow';
}
