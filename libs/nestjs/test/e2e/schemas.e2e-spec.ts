import { IsString } from 'class-validator';
import {
  DeclaredWorkflows,
  InvalidEventError,
  InvalidInputError,
  StartupError,
  Workflow,
  WorkflowClient,
} from '@romancy/nestjs';
import { z } from 'zod';
import { boot } from '../boot.js';

const input = z.object({ sku: z.string().min(1), quantity: z.int().default(1) });

@Workflow({ name: 'order', startOn: 'order.placed', input, mcp: { description: 'Sells one thing.' } })
class Order {
  async run(order: { sku: string; quantity?: number }): Promise<unknown> {
    return order;
  }
}

describe('the input schema of a workflow', () => {
  it('refuses a start before anything is asked of the engine', async () => {
    const { app, engine } = await boot({ providers: [Order] });
    const start = app.get(WorkflowClient).start(Order, { sku: '' });
    await expect(start).rejects.toThrow(InvalidInputError);
    await expect(start).rejects.toMatchObject({
      code: 'ROMANCY_INVALID_INPUT',
      workflowName: 'order',
      issues: [{ path: 'sku' }],
    });
    expect(engine.requests).toEqual([]);
    await app.close();
  });

  it('fills in its defaults', async () => {
    const { app } = await boot({ providers: [Order] });
    await expect(app.get(WorkflowClient).execute(Order, { sku: 'widget' })).resolves.toEqual({
      sku: 'widget',
      quantity: 1,
    });
    await app.close();
  });

  it('holds for the data of an event that starts it', async () => {
    const { app, engine } = await boot({ providers: [Order] });
    const client = app.get(WorkflowClient);
    const event = { type: 'order.placed', source: '/shop', id: '1' };
    const refused = client.deliver({ ...event, data: { sku: '' } });
    await expect(refused).rejects.toThrow(InvalidEventError);
    await expect(refused).rejects.toMatchObject({ errorType: 'DataError', issues: [{ path: 'data.sku' }] });
    expect(engine.delivered).toEqual([]);
    await client.deliver({ ...event, data: { sku: 'widget' } });
    expect(engine.delivered).toMatchObject([{ starts: [{ input: { sku: 'widget', quantity: 1 } }] }]);
    await app.close();
  });

  it('is known to other libraries before the engine starts', async () => {
    const { app } = await boot({ providers: [Order] });
    const declared = app.get(DeclaredWorkflows);
    const expected = {
      type: Order,
      name: 'order',
      startOn: ['order.placed'],
      input,
      mcp: { description: 'Sells one thing.' },
    };
    expect(declared.list()).toEqual([expected]);
    expect(declared.of(Order)).toEqual(expected);
    expect(declared.of(class extends Order {})).toBeUndefined();
    await app.close();
  });

  it('is refused at bootstrap when it is none', async () => {
    class Bare {
      sku!: string;
    }
    class Ruled {
      @IsString()
      sku!: string;
    }
    @Workflow({ input: Bare, output: { type: 'object' } as never })
    class Wrong {
      async run(): Promise<void> {}
    }
    @Workflow({ input: Ruled })
    class Right {
      async run(_: Ruled): Promise<void> {}
    }
    const failure = await boot({ providers: [Wrong, Right] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartupError);
    const { mistakes } = failure as StartupError;
    expect(mistakes.map(({ where, problem }) => `${where}: ${problem}`)).toEqual([
      'Wrong: option input is the class Bare, whose properties carry no decorator of class-validator',
      'Wrong: option output is neither a Standard Schema nor a class',
    ]);
  });
});
