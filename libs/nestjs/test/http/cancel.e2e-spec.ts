import { EngineStateError, InstanceNotCancellableError, InstanceNotFoundError } from '@romancy/nestjs';
import { PLATFORMS, serve, type Served } from './serve.js';

describe.each(PLATFORMS)('POST /cancel/:instanceId on %s', (platform) => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(platform, { http: { cancel: true } });
  });
  afterAll(() => served.close());

  const json = { 'content-type': 'application/json' };

  it.each<[string, string, string | undefined]>([
    ['with a reason', '{"reason":"customer asked"}', 'customer asked'],
    ['without one', '{}', undefined],
    ['with null', '{"reason":null}', undefined],
    ['without a body', '', undefined],
  ])('cancels %s', async (_, body, reason) => {
    served.engine.calls.length = 0;
    const answer = await served.post('/cancel/order%2017', json, body);
    expect(answer).toMatchObject({ status: 200, body: { status: 'cancelling', instance_id: 'order 17' } });
    expect(served.engine.calls).toContain(`cancel order 17 ${String(reason)}`);
  });

  it.each([
    ['no JSON', '{', ''],
    ['a list', '[]', ''],
    ['a text', '"x"', ''],
    ['null', 'null', ''],
    ['a reason that is a number', '{"reason":5}', 'reason'],
    ['a reason that is too long', JSON.stringify({ reason: 'x'.repeat(2001) }), 'reason'],
    ['a reason with NUL', '{"reason":"\\u0000"}', 'reason'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await served.post('/cancel/x', json, body);
    expect(answer).toMatchObject({ status: 400, body: { status: 400, errors: [{ field }] } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('refuses a body that is too large', async () => {
    const answer = await served.post('/cancel/x', json, 'x'.repeat(70_000));
    expect(answer).toMatchObject({ status: 413, body: { status: 413 } });
  });

  it.each<[string, Error, number]>([
    ['an unknown instance', new InstanceNotFoundError('x'), 404],
    ['an ended instance', new InstanceNotCancellableError('x', 'completed'), 409],
    ['a shutdown', new EngineStateError('cancel', 'stopping'), 503],
    ['anything else', new Error('secret'), 500],
  ])('answers %s with a problem document', async (_, error, status) => {
    served.engine.cancelError = error;
    const answer = await served.post('/cancel/x', json);
    served.engine.cancelError = undefined;
    expect(answer).toMatchObject({ status, body: { type: 'about:blank', status } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toContain('secret');
  });
});
