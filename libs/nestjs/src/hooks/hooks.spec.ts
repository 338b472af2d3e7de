import { Injectable, Scope, type ModuleMetadata } from '@nestjs/common';
import type { WorkflowHooks } from '@romancy/core';
import { EngineExtensions, OnWorkflowEvent, StartupError, Workflow } from '@romancy/nestjs';
import { boot, type Booted } from '../../test/boot.js';

const FAILED = {
  instanceId: 'o1',
  workflowName: 'order',
  time: new Date(0),
  startedAt: new Date(0),
  duration: 0,
  error: new Error('declined'),
  compensations: { executed: [], failed: [], inDoubt: [] },
};

/** Writes a decorator's metadata where the compiler would not let it stand. */
const anyway = (decorator: unknown) => decorator as (target: object, ...rest: unknown[]) => void;

function hooksOf({ engine }: Booted): readonly WorkflowHooks[] {
  return [engine.options.hooks ?? []].flat();
}

function tellFailed(booted: Booted): void {
  for (const hooks of hooksOf(booted)) void hooks.onWorkflowFailed?.(FAILED);
}

async function mistakes(metadata: ModuleMetadata, hooks?: WorkflowHooks): Promise<readonly string[]> {
  const error: unknown = await boot(metadata, hooks ? { hooks } : {}).catch((reason: unknown) => reason);
  if (!(error instanceof StartupError)) throw new Error('it started');
  return error.mistakes.map(({ where, problem }) => `${where} ${problem}`);
}

@Injectable()
class Alarms {
  readonly heard: string[] = [];

  @OnWorkflowEvent('failed')
  @OnWorkflowEvent('cancelled')
  async alarm({ instanceId }: { readonly instanceId: string }): Promise<void> {
    this.heard.push(instanceId);
  }
}

describe('listeners', () => {
  it('are found among the providers, and called on their own object', async () => {
    const booted = await boot({ providers: [Alarms] });
    tellFailed(booted);
    expect(booted.app.get(Alarms).heard).toEqual(['o1']);
    expect(
      hooksOf(booted)
        .map((hooks) => Object.keys(hooks))
        .flat(),
    ).toEqual(['onWorkflowCancelled', 'onWorkflowFailed']);
  });

  it('may be an object in the options, or several, or be added by another module', async () => {
    const heard: string[] = [];
    const listener = (name: string): WorkflowHooks => ({ onWorkflowFailed: () => void heard.push(name) });
    @Injectable()
    class Other {
      constructor(extensions: EngineExtensions) {
        extensions.addHooks(listener('added'));
      }
    }
    const booted = await boot({ providers: [Other] }, { hooks: [listener('first'), listener('second')] });
    tellFailed(booted);
    expect(heard).toEqual(['first', 'second', 'added']);
    expect(() => {
      booted.app.get(EngineExtensions).addHooks({});
    }).toThrow(expect.objectContaining({ code: 'ROMANCY_ENGINE_STATE' }));
    expect(hooksOf(await boot({}, { hooks: listener('alone') }))).toHaveLength(1);
  });

  it('with a wrong name, or where nobody could call them, are mistakes of the start', async () => {
    class Typo {
      @anyway(OnWorkflowEvent('fialed' as 'failed'))
      alarm(): void {}

      @OnWorkflowEvent('failed')
      static never(): void {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnWorkflowEvent('failed')
      alarm(): void {}
    }
    @Workflow({ name: 'order' })
    class Order {
      @OnWorkflowEvent('failed')
      alarm(): void {}

      async run(): Promise<void> {}
    }
    expect(await mistakes({ providers: [Typo, PerRequest, Order] })).toEqual([
      expect.stringMatching(/^Typo.alarm listens to "fialed", which is no event/),
      expect.stringMatching(/^Typo.never is static/),
      expect.stringMatching(/^PerRequest is request-scoped/),
      expect.stringMatching(/^Order.alarm is a method of a workflow class/),
    ]);
    expect(await mistakes({}, { onWorkflowFail: () => undefined, onTimerFired: 3 } as object)).toEqual([
      'RomancyModule option hooks.onWorkflowFail is no hook',
      'RomancyModule option hooks.onTimerFired is no function',
    ]);
  });
});
