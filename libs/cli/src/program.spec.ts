import { spawnSync } from 'node:child_process';
import { EXIT } from './exit-codes.js';
import { createProgram } from './program.js';
import { run } from './run.js';
import { addStatuses } from './statuses.js';
import type { Terminal } from './terminal.js';

const said: string[] = [];
const terminal: Terminal = {
  out: (text) => said.push(text),
  note: (text) => said.push(text),
  status: undefined,
  env: {},
  cwd: '/nowhere',
  readInput: async () => '',
};

async function ran(...args: readonly string[]): Promise<{ code: number; text: string }> {
  said.length = 0;
  const code = await run(args, terminal);
  return { code, text: said.join('\n') };
}

describe('the command line', () => {
  it('refuses what it does not understand, with 2 and a way to help', async () => {
    for (const args of [
      ['nonsense'],
      ['list', '--nonsense'],
      ['get'],
      ['list', '--limit', 'many'],
      ['list', '--status', 'odd'],
    ]) {
      const { code, text } = await ran(...args);
      expect({ args, code }).toEqual({ args, code: EXIT.usage });
      expect(text).toContain('error:');
    }
    expect((await ran('list', '--since', 'yesterday')).text).toContain('how long ago');
    expect((await ran('gc', '--completed', '30 days')).text).toContain('90s');
  });

  it('helps and names its version with 0', async () => {
    expect(await ran('--version')).toMatchObject({
      code: EXIT.ok,
      text: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    });
    expect((await ran('explain', '--help')).text).toContain('says why an instance waits');
    expect((await ran('migrate', '--help')).code).toBe(EXIT.ok);
  });

  it('knows the status words of Romancy for Go, and lists of them', () => {
    expect(addStatuses('canceled')).toEqual(['cancelled']);
    expect(addStatuses('waiting_timer')).toEqual(['waiting_for_timer']);
    expect(addStatuses('waiting-message,running', ['running'])).toEqual(['running', 'waiting_for_message']);
    expect(addStatuses('waiting')).toEqual(['waiting_for_event', 'waiting_for_message', 'waiting_for_timer']);
  });

  it('has a description for every command and every option', () => {
    const commands = createProgram(terminal).commands.flatMap((command) => [command, ...command.commands]);
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands) {
      expect([command.name(), command.description()]).not.toContain('');
      for (const { long, description } of command.options)
        expect([command.name(), long, description]).not.toContain('');
    }
  });

  it.each(['bash', 'zsh', 'fish'])('prints a completion for %s that its shell can read', async (shell) => {
    const { code, text } = await ran('completion', shell);
    expect(code).toBe(EXIT.ok);
    for (const word of ['explain', 'migrate', 'print', 'on-conflict', 'viewer-path']) expect(text).toContain(word);
    const checked = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
    // Where the shell is not installed there is nobody to ask.
    if (checked.error === undefined) expect(checked).toMatchObject({ status: 0, stderr: '' });
  });

  it('completes commands, commands of commands and flags in bash', async () => {
    const { text } = await ran('completion', 'bash');
    const completed = (...words: readonly string[]): string => {
      const list = ['romancy', ...words].map((word) => `'${word}'`).join(' ');
      const script = `${text}\nCOMP_WORDS=(${list}); COMP_CWORD=${String(words.length)}; _romancy; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim();
    };
    expect(completed('ex')).toBe('explain export');
    expect(completed('migrate', '')).toMatch(/^up status print down --/);
    expect(completed('--json', 'migrate', 'down', '--y')).toBe('--yes');
    expect(completed('get', 'list', '--ste')).toBe('');
    expect(completed('history', 'order-1', '--ste')).toBe('--steps');
  });
});
