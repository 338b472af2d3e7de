import { brand } from './brand.js';
import { RomancyError } from './romancy-error.js';

/** What went apart, by the letters of E5. */
export const NON_DETERMINISM_CODES = {
  /** (a) At quiescence the next recorded step was never asked for. */
  'missing-step': 'ROMANCY_NONDETERMINISM_MISSING_STEP',
  /** (b) A step has the id of a recorded one, but is of another kind or name. */
  'step-changed': 'ROMANCY_NONDETERMINISM_STEP_CHANGED',
  /** (c) The workflow finished while recorded steps were never asked for. */
  'unread-history': 'ROMANCY_NONDETERMINISM_UNREAD_HISTORY',
  /** (d) A step was asked for after awaiting something that is not durable. */
  'non-durable-await': 'ROMANCY_NON_DURABLE_AWAIT',
  /** (e) Nothing is pending, nothing in flight, and the workflow has not finished. */
  stalled: 'ROMANCY_STALLED',
  /** (f) The recorded input differs from the input asked with now. */
  'input-changed': 'ROMANCY_INPUT_CHANGED',
} as const;

export type NonDeterminismKind = keyof typeof NON_DETERMINISM_CODES;
export type NonDeterminismCode = (typeof NON_DETERMINISM_CODES)[NonDeterminismKind];

/** The step that the present code asks for. */
export interface AskedStep {
  readonly stepId: string;
  readonly kind: string;
  readonly name: string;
  /** `file:line:column` of the call, where known. */
  readonly callSite?: string | undefined;
  readonly inputPreview?: string | undefined;
}

/** The step that the history holds. */
export interface RecordedStep {
  readonly stepId: string;
  readonly kind: string;
  readonly name?: string | undefined;
  readonly inputPreview?: string | undefined;
  /** ISO time of the row. */
  readonly time?: string | undefined;
  readonly codeVersion?: string | undefined;
}

export interface NonDeterminismFields {
  readonly kind: NonDeterminismKind;
  readonly instanceId: string;
  readonly workflowName?: string | undefined;
  readonly stepId?: string | undefined;
  readonly asked?: AskedStep | undefined;
  readonly recorded?: RecordedStep | undefined;
  /** Replaces the usual cause of this kind. */
  readonly probableCause?: string | undefined;
  /** Replaces the usual cures of this kind. */
  readonly fixes?: readonly string[] | undefined;
}

interface Explanation {
  readonly problem: string;
  readonly probableCause: string;
  readonly fixes: readonly string[];
}

const DEPLOY = 'Put the recorded order of steps back; the instance then goes on by itself.';
const VERSION = 'Give changed code a new workflow name, and let the instances of the old one end.';

const EXPLANATIONS: Record<NonDeterminismKind, Explanation> = {
  'missing-step': {
    problem: 'the history holds a step that the workflow does not ask for',
    probableCause:
      'A step was removed, renamed or moved since this instance ran, or a branch depends on something that changes between runs.',
    fixes: [DEPLOY, 'Decide branches by recorded values only: ctx.now(), ctx.random(), results of steps.', VERSION],
  },
  'step-changed': {
    problem: 'the workflow asks for another step under a recorded id',
    probableCause:
      'A step was replaced by another one with the same key, or a name now belongs to a step of another kind.',
    fixes: [DEPLOY, 'Give the new step another name or key.', VERSION],
  },
  'unread-history': {
    problem: 'the workflow finished although the history holds steps that it never asked for',
    probableCause:
      'Steps at the end were removed since this instance ran, or a branch that returns early depends on something that changes between runs.',
    fixes: [DEPLOY, 'Decide branches by recorded values only: ctx.now(), ctx.random(), results of steps.', VERSION],
  },
  'non-durable-await': {
    problem: 'the workflow asked for a step after awaiting something that is not durable',
    probableCause: 'The workflow awaits a timer, a request, a query or another promise that does not come from a step.',
    fixes: [
      'Move the awaited call into an activity or into ctx.step(name, fn).',
      'Use ctx.sleep instead of setTimeout.',
    ],
  },
  stalled: {
    problem: 'the workflow waits for something that no step will bring',
    probableCause: 'The workflow awaits a promise that never settles, or one that does not come from a step.',
    fixes: [
      'Move the awaited call into an activity or into ctx.step(name, fn).',
      'Check that every promise that is awaited is also settled.',
    ],
  },
  'input-changed': {
    problem: 'a step is asked for with another input than the recorded one; the recorded result is used',
    probableCause:
      'The code that computes the input was changed, or it depends on something that changes between runs (time, randomness, iteration order).',
    fixes: [
      'Compute inputs from recorded values only: the input of the workflow, ctx.now(), ctx.random(), results of steps.',
      DEPLOY,
    ],
  },
};

function describe(label: string, step: AskedStep | RecordedStep | undefined): string[] {
  if (step === undefined) return [];
  const at = 'callSite' in step && step.callSite !== undefined ? ` at ${step.callSite}` : '';
  const when = 'time' in step && step.time !== undefined ? ` at ${step.time}` : '';
  const version =
    'codeVersion' in step && step.codeVersion !== undefined ? ` by code ${step.codeVersion.slice(0, 12)}` : '';
  const name = step.name === undefined ? '' : ` ${step.name}`;
  const input = step.inputPreview === undefined ? '' : ` with ${step.inputPreview}`;
  return [`  ${label}: ${step.stepId} (${step.kind}${name})${input}${at}${when}${version}`];
}

/** The code and the history of an instance do not fit. The instance is parked as blocked, never failed (E5, P7). */
export class NonDeterminismError extends RomancyError {
  static {
    brand(this, 'NonDeterminismError');
  }

  readonly code: NonDeterminismCode;
  readonly retryable = false;
  readonly kind: NonDeterminismKind;
  readonly instanceId: string;
  readonly stepId: string | undefined;
  readonly asked: AskedStep | undefined;
  readonly recorded: RecordedStep | undefined;
  readonly probableCause: string;
  readonly fixes: readonly string[];

  constructor(fields: NonDeterminismFields) {
    const { kind, instanceId, asked, recorded } = fields;
    const usual = EXPLANATIONS[kind];
    const probableCause = fields.probableCause ?? usual.probableCause;
    const fixes = fields.fixes ?? usual.fixes;
    const stepId = fields.stepId ?? asked?.stepId ?? recorded?.stepId;
    const of = fields.workflowName === undefined ? '' : ` of ${fields.workflowName}`;
    super(
      [
        `Instance ${instanceId}${of}: ${usual.problem}.`,
        ...describe('asked for', asked),
        ...describe('recorded', recorded),
        `  Probable cause: ${probableCause}`,
        ...fixes.map((fix) => `  Fix: ${fix}`),
      ].join('\n'),
      { details: { kind, instanceId, stepId, asked, recorded, probableCause, fixes } },
    );
    this.code = NON_DETERMINISM_CODES[kind];
    this.kind = kind;
    this.instanceId = instanceId;
    this.stepId = stepId;
    this.asked = asked;
    this.recorded = recorded;
    this.probableCause = probableCause;
    this.fixes = fixes;
  }
}
