import { McpApp, call } from '../support/mcp-app.js';
import { SHOP } from '../support/shop.js';

const SESSIONS = 100;

describe('a hundred sessions at a time', () => {
  it('each get their own results and their own progress, and leave nothing behind', async () => {
    const app = await McpApp.start(SHOP, { progressInterval: '50ms' });
    const clients = await Promise.all(Array.from({ length: SESSIONS }, async () => app.client()));
    const ids = new Set(clients.map(({ transport }) => transport?.sessionId));
    expect(ids.size).toBe(SESSIONS);
    const outcomes = await Promise.all(
      clients.map(async (client, index) => {
        const { structured } = await call(client, 'order_start', {
          sku: index % 2 === 0 ? `sku-${index}` : 'soon',
          quantity: index + 1,
        });
        const heard: number[] = [];
        const args = { instance_id: structured['instance_id'], wait_seconds: 50 };
        const { structuredContent } = await client.callTool({ name: 'order_result', arguments: args }, undefined, {
          onprogress: ({ progress }) => heard.push(progress),
        });
        const { result, outcome } = structuredContent as {
          outcome: string;
          result: { chargeId: string; quantity: number };
        };
        return { outcome, ...result, heard: heard.length > 0 };
      }),
    );
    expect(outcomes).toEqual(
      clients.map((_, index) => ({
        outcome: 'completed',
        chargeId: index % 2 === 0 ? `c-sku-${index}` : 'c-soon',
        at: '1970-01-01T00:00:00.000Z',
        quantity: index + 1,
        heard: index % 2 === 0 ? expect.any(Boolean) : true,
      })),
    );
    await Promise.all(
      clients.map(async ({ transport }) =>
        (transport as unknown as { terminateSession(): Promise<void> }).terminateSession(),
      ),
    );
    for (const id of ids) {
      const answer = await app.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': String(id) });
      expect(answer.status).toBe(404);
    }
    await app.close();
  });
});
