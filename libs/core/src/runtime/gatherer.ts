import { runInScope } from '../scope/scope.js';
import { withResolvers, type Resolvers } from './with-resolvers.js';

interface Asked<Question, Answer> extends Resolvers<Answer> {
  readonly question: Question;
}

/** Asks the storage for many callers together: while one query is under way, the next questions gather. */
export class Gatherer<Question, Answer> {
  #waiting: Asked<Question, Answer>[] = [];
  #busy = false;

  constructor(
    /** One answer for each question. */
    private readonly load: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  ask(question: Question): Promise<Answer> {
    const resolvers = withResolvers<Answer>();
    this.#waiting.push({ question, ...resolvers });
    if (!this.#busy) {
      this.#busy = true;
      void runInScope(undefined, () => this.#run());
    }
    return resolvers.promise;
  }

  async #run(): Promise<void> {
    // What others ask for in this turn of the event loop travels along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.most);
      try {
        const answers = await this.load(batch.map(({ question }) => question));
        batch.forEach(({ resolve, reject }, index) => {
          const answer = answers[index];
          if (answer === undefined) reject(new Error('The storage left a question without an answer.'));
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
