import type { World } from '../engine/world.js';
import { EDITOR } from './mailroom.js';
import { noteOf } from './mail.js';

/** Looks at what activities commit, as it comes: nothing twice, and what was published in order arrives in order. */
export class EffectWatch {
  #looked = 0;
  readonly #once = new Set<string>();
  readonly #heard = new Map<string, number>();

  constructor(private readonly world: World) {}

  look(): void {
    const { effects } = this.world.storage;
    for (; this.#looked < effects.length; this.#looked++) this.#check(effects[this.#looked] ?? '');
  }

  #check(effect: string): void {
    const note = noteOf(effect);
    if (note === undefined) {
      if (/\/(undo )?(store|flaky_store):/.test(effect)) this.#expectOnce(effect, effect);
      return;
    }
    const { reader, channel, text } = note;
    if (channel === 'jobs') this.#expectOnce(`jobs ${text}`, `${reader} got job ${text}`);
    if (reader === EDITOR || !['news', 'letters'].includes(channel)) return;
    const next = (this.#heard.get(`${reader} ${channel}`) ?? 0) + 1;
    this.#heard.set(`${reader} ${channel}`, next);
    if (text !== String(next)) this.world.violations.push(`${reader} got ${channel} ${text} instead of ${next}`);
  }

  #expectOnce(key: string, what: string): void {
    if (this.#once.has(key)) this.world.violations.push(`a second time: ${what}`);
    this.#once.add(key);
  }
}
