import { placeFor } from './target.js';

describe('the place of a command', () => {
  const inEnv = { ROMANCY_DATABASE: 'env.db' };
  const inConfig = { url: 'http://config' };

  it('is what the flag says, else the environment, else the configuration', () => {
    const sources = { options: { url: 'http://flag' }, env: inEnv, config: inConfig };
    expect(placeFor(sources, 'database')).toMatchObject({ kind: 'application', url: 'http://flag' });
    expect(placeFor({ ...sources, options: {} }, 'application')).toMatchObject({
      kind: 'database',
      database: 'env.db',
    });
    expect(placeFor({ options: {}, env: {}, config: inConfig }, 'database')).toMatchObject({ url: 'http://config' });
  });

  it('is the one that the command prefers where both are named in one place, or none is', () => {
    const both = { options: { db: 'flag.db', url: 'http://flag' }, env: {}, config: {} };
    expect(placeFor(both, 'database')).toEqual({ kind: 'database', database: 'flag.db', byDefault: false });
    expect(placeFor(both, 'application')).toMatchObject({ url: 'http://flag', eventsPath: '/events' });
    const none = { options: {}, env: {}, config: {} };
    expect(placeFor(none, 'database')).toEqual({ kind: 'database', database: 'romancy.db', byDefault: true });
    expect(placeFor(none, 'application')).toMatchObject({ url: 'http://localhost:3000', viewerPath: '/romancy' });
  });

  it('takes headers from the configuration and from flags', () => {
    const options = { url: 'http://x', header: ['authorization: Bearer a:b'] };
    const config = { headers: { authorization: 'none', 'x-team': 'shop' } };
    expect(placeFor({ options, env: {}, config }, 'database')).toMatchObject({
      headers: { authorization: 'Bearer a:b', 'x-team': 'shop' },
    });
  });
});
