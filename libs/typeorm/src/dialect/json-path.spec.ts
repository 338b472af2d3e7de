import { jsonPaths } from './json-path.js';

describe('jsonPaths', () => {
  it('takes a number as an element and as a key', () => {
    expect([...jsonPaths('items.0.sku')].sort()).toEqual(['$."items"."0"."sku"', '$."items"[0]."sku"']);
    expect(jsonPaths('a"b')).toEqual(['$."a\\"b"']);
  });

  it('has few forms for a path of many numbers', () => {
    expect(jsonPaths('0.1.2.3.4')).toHaveLength(32);
    const many = jsonPaths(Array.from({ length: 40 }, () => '0').join('.'));
    expect(many).toHaveLength(32);
    expect(many).toContain(`$${'[0]'.repeat(40)}`);
  });
});
