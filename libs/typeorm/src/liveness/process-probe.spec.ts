import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ProcessProbe } from './process-probe.js';

const probe = new ProcessProbe();
const linux = process.platform === 'linux';

describe('ProcessProbe', () => {
  it('knows that this process lives', () => {
    expect(probe.stateOf(probe.own)).toBe('alive');
  });

  it('knows that a process is dead, also one that nobody has waited for', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const [, , ...machine] = probe.own.split('/');
    const key = [child.pid, '', ...machine].join('/');
    expect(probe.stateOf(key)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(probe.stateOf(key)).toBe('dead');
  });

  (linux ? it : it.skip)('does not take another process with the same number for the one that was meant', () => {
    const [pid, started, ...machine] = probe.own.split('/');
    expect(Number(started)).toBeGreaterThan(0);
    expect(probe.stateOf([pid, Number(started) - 1, ...machine].join('/'))).toBe('dead');
  });

  it('cannot tell of another machine, or of what it does not understand', () => {
    expect(probe.stateOf(`${process.pid}//elsewhere boot pid:[1]`)).toBe('unknown');
    const [, , ...machine] = probe.own.split('/');
    expect(probe.stateOf(['x', '', ...machine].join('/'))).toBe('unknown');
    expect(probe.stateOf('')).toBe('unknown');
  });
});
