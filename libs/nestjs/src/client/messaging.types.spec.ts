import {
  defineChannel,
  defineEvent,
  type ReceivedMessage,
  type StandardSchema,
  type WorkflowContext,
} from '@romancy/core';
import { Workflow } from '../decorators/workflow.decorator.js';
import type { WorkflowClient } from './workflow-client.js';

interface Parcel {
  readonly orderId: string;
  readonly weight: number;
}

declare const parcelSchema: StandardSchema<Parcel>;

/** The type checker is the test: each `@ts-expect-error` is a mistake that must not compile. Nothing here is ever called. */
function compiles(...programs: readonly ((...args: never[]) => unknown)[]): void {
  expect(programs.length).toBeGreaterThan(0);
}

const parcels = defineChannel<Parcel>('parcels', { mode: 'competing' });
const sent = defineEvent<Parcel>('parcel.sent');
const delivered = defineEvent<Parcel>('parcel.delivered', { key: ({ orderId }) => orderId });

describe('types of messaging', () => {
  it('give what is received the type of its token', () => {
    compiles(async (ctx: WorkflowContext) => {
      const message: ReceivedMessage<Parcel> = await ctx.receive(parcels, { timeout: '1h' });
      const event = await ctx.waitEvent(delivered, { key: '17' });
      for await (const { data } of ctx.messages(parcels)) return data.weight + event.data.weight;
      // @ts-expect-error a parcel has no such property
      event.data.size satisfies unknown;
      // @ts-expect-error the token says what comes
      await ctx.receive<string>(parcels);
      // @ts-expect-error the token says what comes
      await ctx.waitEvent<string>(delivered);
      // @ts-expect-error without a token or a type argument nobody knows what comes
      (await ctx.receive('parcels')).data.weight satisfies unknown;
      const { data } = await ctx.waitEvent<Parcel>('parcel.delivered');
      return message.data.weight + data.weight;
    });
  });

  it('take only data of the token’s type, from workflows', () => {
    const parcel: Parcel = { orderId: '17', weight: 2 };
    const part: Pick<Parcel, 'orderId'> = parcel;
    const anything: unknown = parcel;
    compiles(async (ctx: WorkflowContext) => {
      // @ts-expect-error a part is missing
      await ctx.publish(parcels, part);
      // @ts-expect-error nobody knows what it is
      await ctx.publish(parcels, anything);
      // @ts-expect-error nobody knows what it is
      await ctx.sendTo('other', parcels, anything);
      // @ts-expect-error nobody knows what it is
      await ctx.publishToGroup('drivers', parcels, anything);
      await ctx.publish(parcels, parcel, { metadata: { from: 'here' } });
      await ctx.publish('parcels', 17);
      // @ts-expect-error there is no data
      await ctx.publish(parcels);
      // @ts-expect-error a part is missing
      await ctx.publish(parcels, { orderId: '17' });
      // @ts-expect-error everything is missing
      await ctx.publish(parcels, {});
      // @ts-expect-error an order id is a text
      await ctx.publish(parcels, { orderId: 17, weight: 2 });
      // @ts-expect-error there is no such part
      await ctx.publish(parcels, { orderId: '17', weight: 2, size: 3 });
      // @ts-expect-error metadata is an object
      await ctx.publish(parcels, parcel, { metadata: 'here' });
      // @ts-expect-error an event is not a channel
      await ctx.publish(delivered, parcel);
      await ctx.sendTo('other', parcels, parcel);
      // @ts-expect-error a part is missing
      await ctx.sendTo('other', parcels, { weight: 2 });
      await ctx.publishToGroup('drivers', parcels, parcel);
      // @ts-expect-error a parcel is not a text
      await ctx.publishToGroup('drivers', parcels, 'parcel');
    });
  });

  it('take only data of the token’s type, from outside', () => {
    const anything: unknown = 17;
    compiles(async (client: WorkflowClient) => {
      // @ts-expect-error nobody knows what it is
      await client.publish(parcels, anything);
      // @ts-expect-error nobody knows what it is
      await client.sendTo('order-17', parcels, anything);
      // @ts-expect-error nobody knows what it is
      await client.emit(sent, anything);
      await client.publish(parcels, { orderId: '17', weight: 2 }, { messageId: 'once' });
      // @ts-expect-error a part is missing
      await client.publish(parcels, { orderId: '17' });
      // @ts-expect-error a part is missing
      await client.sendTo('order-17', parcels, {});
      await client.emit(delivered, { orderId: '17', weight: 2 });
      // @ts-expect-error a part is missing
      await client.emit(delivered, { weight: 2 });
      // @ts-expect-error an event needs a source
      await client.deliver({ id: '1', type: 'parcel.delivered' });
    });
  });

  it('know modes, keys and time-outs', () => {
    compiles(async (ctx: WorkflowContext) => {
      await ctx.subscribe(parcels, 'direct');
      // @ts-expect-error no such mode
      await ctx.subscribe(parcels, 'unicast');
      // @ts-expect-error no such mode
      await ctx.receive(parcels, { mode: 'fanout' });
      // @ts-expect-error a key is a text
      await ctx.waitEvent(delivered, { key: 17 });
      // @ts-expect-error a channel has no keys
      await ctx.receive(parcels, { key: '17' });
      // @ts-expect-error not a duration
      await ctx.waitEvent(delivered, { timeout: '5 minutes' });
      // @ts-expect-error one step cannot have the key of them all
      ctx.messages(parcels, { stepKey: 'x' });
      // @ts-expect-error a channel is not an event
      await ctx.waitEvent(parcels);
    });
  });

  it('check definitions', () => {
    compiles(
      // @ts-expect-error a key is a text
      () => defineEvent<Parcel>('x', { key: ({ weight }) => weight }),
      // @ts-expect-error a parcel has no such property
      () => defineEvent<Parcel>('x', { key: ({ size }) => String(size) }),
      // @ts-expect-error the schema is of something else
      () => defineEvent<{ n: number }>('x', { schema: parcelSchema }),
      () => defineEvent('x', { schema: parcelSchema, key: ({ orderId }) => orderId }),
      // @ts-expect-error the schema knows no such property
      () => defineEvent('x', { schema: parcelSchema, key: ({ size }) => String(size) }),
      // @ts-expect-error no such mode
      () => defineChannel('x', { mode: 'queue' }),
    );
  });

  it('hand the next generation an input like its own', () => {
    class Counter {
      async run(count: number, ctx: WorkflowContext<number>): Promise<number> {
        if (count < 3) return ctx.recur(count + 1);
        // @ts-expect-error the input is a number
        if (count < 4) return ctx.recur('4');
        // @ts-expect-error the input is a number
        return ctx.recur();
      }
    }
    compiles((counter: Counter) => counter);
  });

  it('give a race the types of all its branches', () => {
    compiles(async (ctx: WorkflowContext) => {
      const weight: number | undefined = await ctx.race([
        async (signal) => (await ctx.receive(parcels, { signal })).data.weight,
        (signal) => ctx.sleep('1h', { signal }).then(() => undefined),
      ]);
      // @ts-expect-error a branch is a function of the signal
      await ctx.race([ctx.sleep('1h')]);
      const first = await ctx.race([
        async (signal) => (await ctx.receive(parcels, { signal })).data,
        async (signal) => (await ctx.receive<string>('notes', { signal })).data,
      ]);
      // @ts-expect-error it may be a text
      first.weight satisfies unknown;
      return typeof first === 'string' ? weight : first.weight;
    });
  });

  it('start a workflow by events whose data is its input', () => {
    @Workflow({ startOn: delivered })
    class Deliver {
      async run(_parcel: Parcel): Promise<void> {}
    }
    @Workflow({ startOn: [delivered, 'parcel.sent'] })
    class Several {
      async run(_parcel: Parcel): Promise<void> {}
    }
    // @ts-expect-error the data of the event is a parcel
    @Workflow({ startOn: delivered })
    class WrongInput {
      async run(_count: number): Promise<void> {}
    }
    // @ts-expect-error a channel starts nothing
    @Workflow({ startOn: parcels })
    class ByChannel {
      async run(_parcel: Parcel): Promise<void> {}
    }
    expect([Deliver, Several, WrongInput, ByChannel]).toHaveLength(4);
  });
});
