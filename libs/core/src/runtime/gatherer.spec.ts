import { Gatherer } from './gatherer.js';
import { withResolvers } from './with-resolvers.js';

describe('Gatherer', () => {
  const turn = () => new Promise(setImmediate);

  it('asks for what comes in one turn of the event loop at once, and for what comes meanwhile together afterwards', async () => {
    const asked: (readonly number[])[] = [];
    let gate = withResolvers<undefined>();
    const gatherer = new Gatherer<number, string>(async (questions) => {
      asked.push(questions);
      await gate.promise;
      return questions.map((question) => `answer ${String(question)}`);
    }, 3);
    const answers = [1, 2].map((question) => gatherer.ask(question));
    await turn();
    answers.push(...[3, 4, 5, 6].map((question) => gatherer.ask(question)));
    await turn();
    expect(asked).toEqual([[1, 2]]);
    const first = gate;
    gate = withResolvers();
    first.resolve(undefined);
    await turn();
    expect(asked).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    gate.resolve(undefined);
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6].map((question) => `answer ${String(question)}`));
    expect(asked[2]).toEqual([6]);
  });

  it('passes a failure to those whose question it was, and goes on', async () => {
    const gatherer = new Gatherer<number, number>(async (questions) => {
      await turn();
      if (questions.includes(1)) throw new Error('unreachable');
      return questions.slice(1);
    }, 10);
    await expect(gatherer.ask(1)).rejects.toThrow('unreachable');
    const [second, third] = await Promise.allSettled([gatherer.ask(2), gatherer.ask(3)]);
    expect(second).toMatchObject({ status: 'fulfilled', value: 3 });
    expect(third).toMatchObject({ status: 'rejected' });
  });
});
