import { createHash } from 'node:crypto';
import { sourceOf } from './workflow-source.js';

class Base {
  async run(): Promise<string> {
    return 'from the base';
  }
}
class Derived extends Base {
  readonly own = 'own';
}

describe('sourceOf', () => {
  it('is the text of the class and of the bases it inherits from, and its SHA-256', () => {
    const { sourceCode, sourceHash } = sourceOf(Derived);
    expect(sourceCode).toContain('class Derived');
    expect(sourceCode).toContain('from the base');
    expect(sourceHash).toBe(createHash('sha256').update(sourceCode).digest('hex'));
  });

  it('differs where the code does', () => {
    expect(sourceOf(Base).sourceHash).not.toBe(sourceOf(Derived).sourceHash);
    expect(sourceOf(Base)).toEqual(sourceOf(Base));
  });
});
