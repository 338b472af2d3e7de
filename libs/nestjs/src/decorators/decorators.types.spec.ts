import { defineEvent, type WorkflowContext, type WorkflowEvent } from '@romancy/core';
import type { Compensated, CompensatedInDoubt } from '../interfaces/compensated.interface.js';
import { Activity } from './activity.decorator.js';
import { CompensationFor } from './compensation-for.decorator.js';
import { OnWorkflowEvent } from './on-workflow-event.decorator.js';
import { Workflow } from './workflow.decorator.js';

/** The type checker is the test: each `@ts-expect-error` is a mistake that must not compile. */
describe('types of the decorators', () => {
  it('check the compensation against the activity that it names', () => {
    class Payments {
      @Activity()
      async charge(orderId: string, amount: number): Promise<{ chargeId: string }> {
        return { chargeId: `${orderId}:${String(amount)}` };
      }

      @CompensationFor('charge')
      async refund({
        args: [orderId, amount],
        result,
        inDoubt,
        idempotencyKey,
      }: Compensated<Payments['charge']>): Promise<string> {
        const parts: [string, number, string, boolean, string] = [
          orderId,
          amount,
          result.chargeId,
          inDoubt,
          idempotencyKey,
        ];
        return parts.join();
      }

      @CompensationFor('charge')
      async withoutParameter(): Promise<void> {}

      @CompensationFor('charge', { inDoubt: true, retry: { maxAttempts: 3 } })
      async perhaps({ result }: CompensatedInDoubt<Payments['charge']>): Promise<string | undefined> {
        return result?.chargeId;
      }

      // @ts-expect-error there is no method of this name
      @CompensationFor('charged')
      async noSuchActivity(): Promise<void> {}

      // @ts-expect-error the result of charge has no receipt
      @CompensationFor('charge')
      async wrongResult(_call: { result: { receipt: string } }): Promise<void> {}

      // @ts-expect-error charge takes a text and a number
      @CompensationFor('charge')
      async wrongArguments(_call: { args: readonly [number] }): Promise<void> {}

      // @ts-expect-error in doubt there may be no result
      @CompensationFor('charge', { inDoubt: true })
      async mayBeMissing(_call: Compensated<Payments['charge']>): Promise<void> {}

      // @ts-expect-error a compensation returns a promise
      @CompensationFor('charge')
      notAsynchronous(): void {}

      // @ts-expect-error no such option
      @CompensationFor('charge', { atMost: 3 })
      async unknownOption(): Promise<void> {}
    }
    expect(new Payments()).toBeDefined();
  });

  it('allow activities only where a promise comes back', () => {
    class Payments {
      // @ts-expect-error in a workflow the call always answers a promise
      @Activity()
      synchronous(): number {
        return 1;
      }

      // @ts-expect-error not an activity option
      @Activity({ timeout: '5 minutes' })
      async badDuration(): Promise<void> {}
    }
    @Activity()
    class Good {
      async execute(input: { id: string }): Promise<string> {
        return input.id;
      }
    }
    // @ts-expect-error a class needs execute
    @Activity()
    class NoExecute {
      async perform(): Promise<void> {}
    }
    expect([new Payments(), new Good(), new NoExecute()]).toHaveLength(3);
  });

  it('allow workflows only with run(input, ctx)', () => {
    @Workflow({ name: 'good' })
    class Good {
      async run(input: { id: string }, ctx: WorkflowContext<{ id: string }>): Promise<string> {
        return `${input.id} ${ctx.instanceId}`;
      }
    }
    @Workflow()
    class WithoutContext {
      async run(): Promise<void> {}
    }
    // @ts-expect-error no method run
    @Workflow()
    class NoRun {
      async execute(): Promise<void> {}
    }
    // @ts-expect-error the second parameter is the context
    @Workflow()
    class WrongContext {
      async run(_input: string, _ctx: number): Promise<void> {}
    }
    // @ts-expect-error an abstract class cannot be built for a run
    @Workflow()
    abstract class Base {
      async run(): Promise<void> {}
    }
    // @ts-expect-error no such option yet
    @Workflow({ names: 'x' })
    class UnknownOption {
      async run(): Promise<void> {}
    }
    expect([Good, WithoutContext, NoRun, WrongContext, Base, UnknownOption]).toHaveLength(6);
  });

  it('check the input of a workflow against the data of the event that starts it', () => {
    const placed = defineEvent<{ orderId: string }>('types.placed');
    const paid = defineEvent<{ orderId: string; receipt: string }>('types.paid');

    @Workflow({ startOn: placed })
    class Fitting {
      async run(_order: { orderId: string }): Promise<void> {}
    }

    @Workflow({ startOn: [placed, paid] })
    class Both {
      async run(_order: { orderId: string; receipt?: string }): Promise<void> {}
    }

    @Workflow({ startOn: 'types.placed' })
    class ByName {
      async run(_order: { anything: number }): Promise<void> {}
    }

    @Workflow({ startOn: true })
    class WithoutInput {
      async run(): Promise<void> {}
    }

    // @ts-expect-error the data of the event has no receipt
    @Workflow({ startOn: placed })
    class NotFitting {
      async run(_order: { orderId: string; receipt: string }): Promise<void> {}
    }

    // @ts-expect-error the data of one of the events has no receipt
    @Workflow({ startOn: [placed, paid] })
    class NotFittingBoth {
      async run(_order: { receipt: string }): Promise<void> {}
    }
    expect([Fitting, Both, ByName, WithoutInput, NotFitting, NotFittingBoth]).toHaveLength(6);
  });

  it('check the event that a listener names, and what it takes', () => {
    class Listener {
      readonly heard: unknown[] = [];

      @OnWorkflowEvent('failed')
      failed({ error, duration }: WorkflowEvent<'failed'>): void {
        this.heard.push(error, duration);
      }

      @OnWorkflowEvent('activityRetry')
      async retrying({ nextDelay }: { readonly nextDelay: number }): Promise<void> {
        this.heard.push(nextDelay);
      }

      // @ts-expect-error there is no such event
      @OnWorkflowEvent('fail')
      typo(): void {}

      // @ts-expect-error the event of a failure has no result
      @OnWorkflowEvent('failed')
      wrong({ result }: { readonly result: unknown }): void {
        this.heard.push(result);
      }

      // @ts-expect-error nobody takes an answer
      @OnWorkflowEvent('failed')
      answering(): number {
        return 1;
      }
    }
    expect(new Listener().heard).toEqual([]);
  });
});
