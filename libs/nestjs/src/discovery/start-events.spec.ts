import { defineEvent, Workflow, type Mistake, type StartupError } from '@romancy/nestjs';
import { boot } from '../../test/boot.js';

// A file of its own: what is defined here is known to the whole process.
describe('start-up', () => {
  it('refuses events that cannot start anything, and an event with two keys', async () => {
    defineEvent<{ a: string }>('startup.twice', { key: (data) => data.a });
    defineEvent<{ a: string; b: string }>('startup.twice', { key: (data) => data.b });
    const circular = undefined as unknown as string;

    @Workflow({ name: 'wrong', startOn: ['', 'x'.repeat(201), circular, 'fine'] })
    class Wrong {
      async run(): Promise<void> {}
    }
    const mistakes = await boot({ providers: [Wrong] }).catch((error: unknown) => (error as StartupError).mistakes);
    expect((mistakes as readonly Mistake[]).map(({ where, problem }) => `${where} ${problem}`)).toEqual([
      'Wrong starts on "", which is no event type',
      expect.stringMatching(/^Wrong starts on "x{60}", which is no event type$/),
      expect.stringContaining("defineEvent('startup.twice') is called more than once with different keys"),
    ]);
  });
});
