import {
  Inspector,
  runInScope,
  silentLogger,
  WorkflowNotRegisteredError,
  type AcceptedEvent,
  type ActivityScope,
  type DeliverReport,
  type EngineApi,
  type EngineLoop,
  type EngineOptions,
  type InstanceInfo,
  type InstanceInfoPage,
  type PublishRequest,
  type RetryReport,
  type StartReport,
  type StartRequest,
  type StorageStatistics,
  type Storage,
  type WorkflowContext,
} from '@romancy/core';

/** An engine without history: it runs what is started at once, each activity in a scope of its own, and remembers what it was asked. */
export class FakeEngine implements EngineApi {
  state: EngineApi['state'] = 'new';
  ready = true;
  readonly calls: string[] = [];
  readonly requests: StartRequest[] = [];
  readonly steps: string[] = [];
  readonly loops: readonly EngineLoop[];
  readonly results = new Map<string, Promise<unknown>>();
  readonly delivered: AcceptedEvent[] = [];
  deliverError: Error | undefined;
  cancelError: Error | undefined;
  filter: unknown;

  constructor(readonly options: EngineOptions) {
    this.loops = options.worker === false ? [] : [fakeLoop('romancy:timers'), fakeLoop('romancy:leases')];
  }

  async start(): Promise<void> {
    this.state = 'started';
  }

  async stop(): Promise<void> {
    this.calls.push('stop');
    this.state = 'stopped';
  }

  async publish(request: PublishRequest): Promise<string> {
    this.calls.push(`publish ${request.channel}`);
    return request.messageId ?? 'm-1';
  }

  async sendTo(instanceId: string, request: PublishRequest): Promise<string> {
    this.calls.push(`send ${request.channel} to ${instanceId}`);
    return request.messageId ?? 'm-1';
  }

  async retry(instanceId: string): Promise<RetryReport> {
    this.calls.push(`retry ${instanceId}`);
    return { kind: 'unblocked', instanceId };
  }

  get inspector(): Inspector {
    return new Inspector(this.options.storage);
  }

  async isReady(): Promise<boolean> {
    return this.ready && this.state === 'started';
  }

  async deliver(event: AcceptedEvent): Promise<DeliverReport> {
    if (this.deliverError !== undefined) throw this.deliverError;
    this.delivered.push(event);
    return { messageId: event.messageId, stored: true, started: [] };
  }

  async startInstance(request: StartRequest): Promise<StartReport> {
    this.requests.push(request);
    const definition = this.options.registry.workflow(request.workflowName);
    if (!definition) throw new WorkflowNotRegisteredError(request.workflowName, this.options.registry.workflowNames);
    const instanceId = request.instanceId ?? `i-${String(this.requests.length)}`;
    if (this.results.has(instanceId)) return { instanceId, created: false };
    const ctx = { instanceId, input: request.input } as unknown as WorkflowContext<never>;
    const scope = {
      kind: 'workflow' as const,
      instanceId,
      callActivity: (name: string, args: readonly unknown[]) => this.#activity(instanceId, name, args),
    };
    const result = runInScope(scope, async () => definition.create().run(request.input, ctx));
    result.catch(() => undefined);
    this.results.set(instanceId, result);
    return { instanceId, created: true };
  }

  async result(instanceId: string, options?: { readonly timeout?: unknown }): Promise<unknown> {
    this.calls.push(`result ${instanceId} ${String(options?.timeout)}`);
    return this.results.get(instanceId);
  }

  async get(instanceId: string): Promise<InstanceInfo> {
    return { instanceId, status: 'running' } as InstanceInfo;
  }

  async list(filter?: unknown): Promise<InstanceInfoPage> {
    this.filter = filter;
    return { instances: [], nextPageToken: null, hasMore: false };
  }

  async cancel(instanceId: string, reason?: string): Promise<void> {
    if (this.cancelError !== undefined) throw this.cancelError;
    this.calls.push(`cancel ${instanceId} ${String(reason)}`);
  }

  async block(): Promise<undefined> {
    return undefined;
  }

  async suspicion(): Promise<undefined> {
    return undefined;
  }

  async retryBlocked(): Promise<boolean> {
    return false;
  }

  readonly leads = false;

  async statistics(): Promise<StorageStatistics> {
    throw new Error('The fake engine has no database.');
  }

  async whenIdle(): Promise<void> {
    await Promise.allSettled(this.results.values());
  }

  async #activity(instanceId: string, name: string, args: readonly unknown[]): Promise<unknown> {
    const definition = this.options.registry.activity(name);
    if (!definition) throw new Error(`no activity ${name}`);
    const stepId = `${name}:${String(this.steps.filter((step) => step === name).length + 1)}`;
    this.steps.push(name);
    return runInScope(activityScope({ instanceId, stepId, activityName: name }), () => definition.invoke(args));
  }
}

export function activityScope(facts: Partial<ActivityScope> = {}): ActivityScope {
  const { instanceId = 'i-1', stepId = 'charge:1' } = facts;
  return {
    kind: 'activity',
    instanceId,
    workflowName: 'OrderWorkflow',
    stepId,
    activityName: 'charge',
    attempt: 1,
    idempotencyKey: `${instanceId}/${stepId}`,
    signal: new AbortController().signal,
    logger: silentLogger,
    transaction: undefined,
    afterCommit: () => undefined,
    emit: () => undefined,
    ...facts,
  };
}

export interface FakeLoop extends EngineLoop {
  paused: boolean;
}

function fakeLoop(name: string): FakeLoop {
  return {
    name,
    intervalMs: 1000,
    paused: false,
    tick: async () => 3,
    wake: () => undefined,
    pause() {
      this.paused = true;
    },
    resume() {
      this.paused = false;
    },
  };
}

/** As much of a storage as the library itself uses; the fake engine uses none. */
export function fakeStorage(): Storage {
  return {
    definitions: { upsert: async () => undefined },
    close: async () => undefined,
  } as unknown as Storage;
}
