import { HttpException } from '@nestjs/common';

/** One thing that is wrong with a request. */
export interface ProblemField {
  /** Of the body, or the parameter; empty for the body as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Members of a problem body (RFC 9457); any other member is an extension. */
export interface Problem {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Short, the same for every occurrence. */
  readonly title: string;
  /** What happened this time and what to do about it. */
  readonly detail?: string;
  /** URI of the kind of problem. Default `about:blank`. */
  readonly type?: string;
  /** What is wrong, field by field. */
  readonly errors?: readonly ProblemField[];
  readonly [extension: string]: unknown;
}

/**
 * An HTTP exception whose body is a problem document. Controllers that use {@link ProblemFilter} answer it as `application/problem+json`;
 * elsewhere the body is the same, as plain JSON.
 *
 * @example
 * ```ts
 * throw new ProblemException({ status: 400, title: 'Invalid order', errors: [{ field: 'quantity', message: 'must be at least 1' }] });
 * ```
 */
export class ProblemException extends HttpException {
  readonly problem: Problem;

  constructor(problem: Problem) {
    const body = { type: 'about:blank', ...problem };
    super(body, problem.status, { description: problem.title });
    this.problem = body;
  }
}
