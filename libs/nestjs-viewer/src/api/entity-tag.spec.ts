import { isKnownTag, tagOf } from './entity-tag.js';

const tag = tagOf('text');

describe('isKnownTag', () => {
  it.each([tag, `W/${tag}`, `"other", ${tag}`, `"other",W/${tag} , "third"`, '*'])('knows it in %s', (header) => {
    expect(isKnownTag(header, tag)).toBe(true);
  });

  it.each([undefined, '', '"other"', tag.slice(1, -1), `"other", "${tag.slice(1, 4)}"`])(
    'does not know it in %s',
    (header) => {
      expect(isKnownTag(header, tag)).toBe(false);
    },
  );
});
