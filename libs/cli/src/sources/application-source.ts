import type { HistoryItem, InstanceDetail, InstanceSummaryPage, Overview } from '@romancy/core';
import { failure, isProblem, type Application, type Call } from '../connection/application.js';
import type { ListFilter, Source } from './source.js';

/** Through the JSON API of the application's viewer. */
export class ApplicationSource implements Source {
  constructor(private readonly application: Application) {}

  async list(filter: ListFilter): Promise<InstanceSummaryPage> {
    const { status, workflowName, instanceId, startedAfter, startedBefore, input, limit, pageToken, framework } =
      filter;
    const time = (milliseconds: number | undefined): string | undefined =>
      milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
    const query = {
      status,
      workflow: workflowName,
      id: instanceId,
      startedAfter: time(startedAfter),
      startedBefore: time(startedBefore),
      input: input?.map(({ path, value }) => `${path}:${JSON.stringify(value)}`),
      limit: limit?.toString(),
      pageToken,
      framework: framework ?? undefined,
    };
    return (await this.#read({ path: this.application.api('instances'), query })) as InstanceSummaryPage;
  }

  async get(instanceId: string): Promise<InstanceDetail | undefined> {
    return (await this.#find({ path: this.application.api('instances', instanceId) })) as InstanceDetail | undefined;
  }

  async history(
    instanceId: string,
    { afterId, limit }: { readonly afterId: number; readonly limit: number },
  ): Promise<readonly HistoryItem[]> {
    const query = { afterId: String(afterId), limit: String(limit) };
    const found = await this.#find({ path: this.application.api('instances', instanceId, 'history'), query });
    return ((found as { readonly items?: readonly HistoryItem[] } | undefined)?.items ??
      found ??
      []) as readonly HistoryItem[];
  }

  async overview(): Promise<Overview> {
    return (await this.#read({ path: this.application.api('overview') })) as Overview;
  }

  async close(): Promise<void> {
    // Every call was a request of its own.
  }

  async #read(call: Call): Promise<unknown> {
    const found = await this.#find(call);
    if (found === undefined) throw this.application.withoutRoute(call.path);
    return found;
  }

  /** Undefined where the application says that there is none; a route that is not there is another matter. */
  async #find(call: Call): Promise<unknown> {
    const { status, body } = await this.application.ask('GET', call);
    if (status >= 200 && status < 300) {
      if (typeof body === 'object' && body !== null) return body;
      throw this.application.withoutRoute(call.path);
    }
    if (status !== 404) throw failure(`GET ${this.application.url}${call.path}`, status, body);
    if (isProblem(body)) return undefined;
    throw this.application.withoutRoute(call.path);
  }
}
