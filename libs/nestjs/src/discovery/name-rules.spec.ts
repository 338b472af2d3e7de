import { judgeName, NameTable } from './name-rules.js';

function problems(kind: 'workflow' | 'activity', name: string): readonly string[] {
  return judgeName('Payments.charge', kind, name).map(({ problem }) => problem);
}

describe('judgeName', () => {
  it.each(['charge', 'charge_card', 'ShipOrder.undo', 'Zahlung für Müller', 'a'.repeat(223)])('accepts %s', (name) => {
    expect(problems('activity', name)).toEqual([]);
  });

  it.each([
    ['', /is empty/],
    [' charge', /begins or ends with a space/],
    ['cha\u0000rge', /control characters/],
    ['$charge', /begins with "\$"/],
    ['compensation:charge', /mark rows of the engine/],
    ['charge:card', /contains ":"/],
    ['sleep', /step of the engine/],
    ['Sleep_Until', /step of the engine/],
    ['a'.repeat(224), /has 224 characters; MySQL has room for 223/],
  ])('refuses %j', (name, problem) => {
    expect(problems('activity', name)).toEqual([expect.stringMatching(problem)]);
  });

  it('leaves an activity room for the counter, and a workflow the whole column', () => {
    expect(problems('workflow', 'w'.repeat(255))).toEqual([]);
    expect(problems('workflow', 'w'.repeat(256))).toHaveLength(1);
  });

  it('lets a workflow be called what only steps may not', () => {
    expect(problems('workflow', 'order:v2')).toEqual([]);
    expect(problems('workflow', 'sleep')).toEqual([]);
    expect(problems('workflow', '$order')).toHaveLength(1);
  });

  it('says where and what to do', () => {
    expect(judgeName('Payments.charge', 'activity', 'sleep')[0]).toMatchObject({
      where: 'Payments.charge',
      cure: "Name it otherwise: @Activity({ name: '…' })",
    });
  });
});

describe('NameTable', () => {
  it('reports a name that is taken, with its owner', () => {
    const names = new NameTable();
    expect(names.claim('A.charge', 'activity', 'charge')).toEqual([]);
    expect(names.claim('B.charge', 'activity', 'charge')[0]?.problem).toBe(
      'activity name "charge" is taken by A.charge',
    );
  });

  it.each([
    ['charge', 'Charge'],
    ['zahlungfür', 'zahlungfur'],
  ])('reports %s and %s, which MySQL takes for one', (first, second) => {
    const names = new NameTable();
    names.claim('A.x', 'activity', first);
    expect(names.claim('B.x', 'activity', second)[0]?.problem).toContain('differs only in case or accents');
  });
});
