import type { Mistake } from '../discovery/mistake.js';

const OUTBOX = 'RomancyModule option outbox';

export const SEVERAL_WAYS = (ways: readonly string[]): Mistake => ({
  where: OUTBOX,
  problem: `names ${ways.join(' and ')}, but an event is sent one way`,
  cure: 'Keep one of them; a publisher of your own can send to several places',
});

export const NO_PUBLISHER = (option: string, given: string, method: string): Mistake => ({
  where: `${OUTBOX}.${option}`,
  problem: `is ${given}, but no provider of the application under that token has a method "${method}"`,
  cure: 'Provide it in a module of the application, or pass the object itself',
});

export const INVALID_SETTING = (reason: string): Mistake => ({
  where: OUTBOX,
  problem: `is refused: ${reason.replace(/\.$/, '')}`,
  cure: 'Correct the option',
});
