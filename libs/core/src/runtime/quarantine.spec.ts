import { silentLogger } from '../ports/logger.js';
import { Quarantine } from './quarantine.js';

describe('Quarantine', () => {
  const running = new Set<string>();
  const errors: unknown[] = [];
  let quarantine: Quarantine;
  beforeEach(() => {
    running.clear();
    errors.length = 0;
    const logger = { ...silentLogger, error: (_: string, fields?: object) => errors.push(fields) };
    quarantine = new Quarantine((id) => running.has(id), logger);
  });
  const found = (...takeovers: number[]) =>
    takeovers.map((count, index) => ({ instanceId: `i${index}`, takeovers: count }));

  it('admits everything that was taken over once at most', () => {
    expect(quarantine.admit(found(0, 1, 0))).toEqual(['i0', 'i1', 'i2']);
    expect(errors).toEqual([]);
  });

  it('admits one suspect at a time, and says which', () => {
    expect(quarantine.admit(found(2, 0, 7))).toEqual(['i0', 'i1']);
    expect(errors).toEqual([{ instanceId: 'i0', takeovers: 2 }]);
    running.add('i0');
    expect(quarantine.admit(found(2, 0, 7).slice(1))).toEqual(['i1']);
    running.delete('i0');
    expect(quarantine.admit(found(2, 0, 7).slice(1))).toEqual(['i1', 'i2']);
  });

  it('is not closed by a suspect that somebody else has taken', () => {
    expect(quarantine.admit(found(3))).toEqual(['i0']);
    expect(quarantine.admit([{ instanceId: 'other', takeovers: 3 }])).toEqual(['other']);
  });
});
