import { arrayLiteral } from './postgres-array.js';

describe('arrayLiteral', () => {
  it('quotes every text, so that none is taken for syntax or for NULL', () => {
    expect(arrayLiteral(['a', '', 'NULL', '{x,y}', ' b ', 'c"d', 'e\\f', '"\\"'])).toBe(
      String.raw`{"a","","NULL","{x,y}"," b ","c\"d","e\\f","\"\\\""}`,
    );
  });

  it('writes nulls, numbers and booleans bare', () => {
    expect(arrayLiteral([null, 1, 1_772_000_000_789, -1.5, true, false])).toBe(
      '{NULL,1,1772000000789,-1.5,true,false}',
    );
    expect(arrayLiteral([])).toBe('{}');
  });

  it('leaves bytes and arrays to the driver', () => {
    expect(arrayLiteral(['a', new Uint8Array([1])])).toBeUndefined();
    expect(arrayLiteral([['a'], ['b']])).toBeUndefined();
  });
});
