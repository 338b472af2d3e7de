import { createHash } from 'node:crypto';

export interface WorkflowSource {
  readonly sourceCode: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly sourceHash: string;
}

/** The text of a workflow class as it runs (compiled), with the bases of the application that it inherits from. */
export function sourceOf(type: unknown): WorkflowSource {
  const texts: string[] = [];
  for (
    let owner = type;
    typeof owner === 'function' && owner !== Function.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    texts.push(Function.prototype.toString.call(owner));
  }
  const sourceCode = texts.join('\n\n');
  return { sourceCode, sourceHash: createHash('sha256').update(sourceCode).digest('hex') };
}
