import { familyCatalogue } from '../../schema/catalogue.js';
import type { Pair } from '../support/pair.js';

export function tableScenario(pair: () => Pair): void {
  it('whoever has made the tables, they are those of the family', async () => {
    const { maker, made, database } = pair();
    const family = await familyCatalogue(database.kind);
    const names = Object.keys(family);
    expect(Object.keys(made).filter((table) => !table.startsWith('romancy_'))).toEqual(names);
    // column by column, what ours adds to them is compared where there is no Python
    expect(maker === 'edda' ? made : family).toEqual(family);
  });
}
