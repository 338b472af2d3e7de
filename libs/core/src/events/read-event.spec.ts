import { InvalidEventError } from '../errors/index.js';
import { readEvent } from './index.js';

const MINIMAL = { specversion: '1.0', id: '1', source: '/s', type: 't' };

function issuesOf(parts: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    readEvent({ ...MINIMAL, ...parts }, undefined);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    expect(error).toMatchObject({ errorType: 'ValidationError', retryable: false });
    return error.issues.map(({ path }) => path);
  }
}

describe('the attributes of an event', () => {
  it.each<[string, unknown]>([
    ['id', 'x'.repeat(2048)],
    ['id', 'ä ö ü 🎉'],
    ['source', 'https://example.org/a?b=c#d'],
    ['source', 'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66'],
    ['source', '1-555-123-4567'],
    ['source', '/cloudevents/spec/pull/123'],
    ['source', 'mailto:a@b.example'],
    ['type', 'com.github.pull_request.opened'],
    ['type', 'Bestellung bezahlt'],
    ['subject', 'mynewfile.jpg'],
    ['time', '2018-04-05T17:31:00Z'],
    ['time', '2026-02-28t23:59:60.123456789+23:59'],
    ['time', '2024-02-29T00:00:00-08:00'],
    ['time', '2000-02-29T00:00:00Z'],
    ['datacontenttype', 'text/plain; charset=utf-8'],
    ['datacontenttype', 'multipart/form-data; boundary="a b"'],
    ['datacontenttype', 'application/vnd.a+b-c.d'],
    ['dataschema', 'https://example.org/schema.json'],
    ['dataschema', 'urn:x'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['empty', ''],
    ['flag', false],
    ['zero', 0],
    ['largest', 2147483647],
    ['smallest', -2147483647],
    ['name20characterslong1', 'x'],
    ['romancyinstanceid', 'order-17'],
    ['subject', null],
    ['time', null],
    ['extension', null],
    ['subject', undefined],
  ])('takes %s = %j', (name, value) => {
    expect(issuesOf({ [name]: value })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['specversion', '0.3'],
    ['specversion', '1.1'],
    ['specversion', 1],
    ['specversion', ''],
    ['specversion', null],
    ['id', ''],
    ['id', 1],
    ['id', null],
    ['id', {}],
    ['id', 'a\u0000b'],
    ['id', 'a\nb'],
    ['id', '\u0085'],
    ['id', '\ud800'],
    ['id', '\uffff'],
    ['id', '\ufdd0'],
    ['id', 'x'.repeat(2049)],
    ['source', ''],
    ['source', ' '],
    ['source', 'a b'],
    ['source', '<x>'],
    ['source', '%zz'],
    ['source', '/ä'],
    ['source', ['/s']],
    ['source', null],
    ['type', ''],
    ['type', true],
    ['type', null],
    ['type', 'x'.repeat(201)],
    ['type', 't '],
    ['type', 't\t'],
    ['subject', ''],
    ['subject', 5],
    ['subject', []],
    ['time', ''],
    ['time', 'yesterday'],
    ['time', '2026-01-01'],
    ['time', '2026-01-01T00:00:00'],
    ['time', '2026-01-01 00:00:00Z'],
    ['time', '2026-13-01T00:00:00Z'],
    ['time', '2026-00-01T00:00:00Z'],
    ['time', '2026-02-29T00:00:00Z'],
    ['time', '1900-02-29T00:00:00Z'],
    ['time', '2026-04-31T00:00:00Z'],
    ['time', '2026-01-00T00:00:00Z'],
    ['time', '2026-01-01T24:00:00Z'],
    ['time', '2026-01-01T00:60:00Z'],
    ['time', '2026-01-01T00:00:61Z'],
    ['time', '2026-01-01T00:00:00+24:00'],
    ['time', '2026-01-01T00:00:00+01'],
    ['time', 1767225600],
    ['datacontenttype', 'json'],
    ['datacontenttype', ''],
    ['datacontenttype', 'a/b; c'],
    ['datacontenttype', 'a/b, c/d'],
    ['datacontenttype', 5],
    ['dataschema', '/relative'],
    ['dataschema', ''],
    ['dataschema', 'https://a b'],
    ['Extension', 'x'],
    ['my_ext', 'x'],
    ['my-ext', 'x'],
    ['my ext', 'x'],
    ['ä', 'x'],
    ['', 'x'],
    ['e'.repeat(101), 'x'],
    ['ext', 1.5],
    ['ext', 2147483648],
    ['ext', {}],
    ['ext', []],
    ['ext', 'a\u0007'],
    ['romancyinstanceid', 'x'.repeat(256)],
    ['romancyinstanceid', true],
    ['eddainstanceid', 'order '],
  ])('refuses %j = %j', (name, value) => {
    expect(new Set(issuesOf({ [name]: value }))).toEqual(new Set([name.slice(0, 100)]));
  });

  it('are all looked at', () => {
    expect(issuesOf({ id: undefined, source: '', type: 5, Bad: 1 })).toEqual(['id', 'source', 'type', 'Bad']);
  });

  it('names of objects are no attributes', () => {
    expect(issuesOf({ constructor: 'x', tostring: 'y' })).toEqual([]);
    expect(readEvent({ ...MINIMAL, constructor: 'x' }, 1).extensions).toEqual({ constructor: 'x' });
  });

  it('fit a column together', () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`ext${String(index)}`, 'x'.repeat(2000)]),
    );
    expect(issuesOf(many)).toEqual(['']);
  });

  it('become an event', () => {
    const attributes = {
      ...MINIMAL,
      subject: 's',
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'a/b',
      dataschema: 'x:y',
      ext: 5,
    };
    expect(readEvent(attributes, [1])).toEqual({
      id: '1',
      source: '/s',
      type: 't',
      subject: 's',
      time: '2026-01-01T00:00:00Z',
      dataContentType: 'a/b',
      dataSchema: 'x:y',
      extensions: { ext: 5 },
      data: [1],
    });
  });
});
