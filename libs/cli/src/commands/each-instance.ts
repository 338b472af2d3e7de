import type { InstanceSummary } from '@romancy/core';
import type { ListFilter, Source } from '../sources/source.js';

const PAGE = 200;

/** All instances that pass, a page at a time. */
export async function* eachInstance(source: Pick<Source, 'list'>, filter: ListFilter): AsyncGenerator<InstanceSummary> {
  for (let pageToken: string | undefined; ;) {
    const page = await source.list({ ...filter, limit: PAGE, ...(pageToken !== undefined && { pageToken }) });
    yield* page.instances;
    if (page.nextPageToken === null) return;
    pageToken = page.nextPageToken;
  }
}
