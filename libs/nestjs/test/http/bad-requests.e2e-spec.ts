import { badRequests } from './bad-requests.js';
import { PLATFORMS, serve } from './serve.js';

describe('requests that are no CloudEvents', () => {
  const requests = badRequests();

  it('are more than two hundred, all different', () => {
    expect(requests.length).toBeGreaterThan(200);
    expect(
      new Set(requests.map(({ headers, body }) => JSON.stringify([headers, String(body), body.length]))).size,
    ).toBe(requests.length);
  });

  it.each(PLATFORMS)('are refused on %s, each with its reason, and leave nothing', async (platform) => {
    const served = await serve(platform);
    const answers = [];
    for (const { name, headers, body } of requests) {
      const { status, body: answer } = await served.post('/events', headers, body);
      const { error, error_type: type, retryable } = answer as Record<string, unknown>;
      answers.push({ name, status, error: typeof error, type: typeof type, retryable });
    }
    expect(answers).toEqual(
      requests.map(({ name, status }) => ({ name, status, error: 'string', type: 'string', retryable: false })),
    );
    expect(served.engine.delivered).toEqual([]);
    await served.close();
  });
});
