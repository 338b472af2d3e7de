import { Workflow } from '@romancy/nestjs';
import { z } from 'zod';
import { PLATFORMS, serve, type Answer } from './serve.js';

const EVENT_TYPE = { 'content-type': 'application/cloudevents+json' };
const input = z.object({ sku: z.string(), quantity: z.int().default(1) });

@Workflow({ name: 'checked', startOn: 'http.input', input })
class Checked {
  async run(order: { sku: string; quantity?: number }): Promise<unknown> {
    return order;
  }
}

it.each(PLATFORMS)(
  'data of an event that starts a workflow is held against its input schema, on %s',
  async (platform) => {
    const { post, engine, close } = await serve(platform, { metadata: { providers: [Checked] } });
    const send = (data: unknown, more = {}): Promise<Answer> => {
      const attributes = { specversion: '1.0', id: '1', source: '/s', type: 'http.input', ...more };
      return post('/events', EVENT_TYPE, JSON.stringify({ ...attributes, data }));
    };
    expect(await send({ sku: 1 })).toMatchObject({
      status: 400,
      body: { error_type: 'DataError', retryable: false, issues: [{ path: 'data.sku' }] },
    });
    expect(await send('text')).toMatchObject({ status: 400, body: { issues: [{ path: 'data' }] } });
    expect(engine.delivered).toEqual([]);
    // One that names its instance starts nothing, so it is nobody's input.
    expect(await send('text', { romancyinstanceid: 'i-1' })).toMatchObject({ status: 202 });
    expect(await send({ sku: 'a' })).toMatchObject({ status: 202 });
    expect(engine.delivered[1]).toMatchObject({
      event: { data: { sku: 'a' } },
      starts: [{ workflowName: 'checked', input: { sku: 'a', quantity: 1 } }],
    });
    await close();
  },
);
