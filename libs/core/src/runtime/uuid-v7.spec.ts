import { uuidv7 } from './uuid-v7.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (uuid: string): number => Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);
const FAR = 4_000_000_000_000;

describe('uuidv7', () => {
  it('has the form of version 7 and begins with the time', () => {
    const now = FAR;
    const uuid = uuidv7(now);
    expect(uuid).toMatch(FORM);
    expect(timeOf(uuid)).toBe(now);
  });

  it('rises within one millisecond, past the counter, and when the clock goes back', () => {
    const uuids: string[] = [];
    for (let count = 0; count < 10_000; count++) uuids.push(uuidv7(FAR + 1));
    for (let count = 0; count < 1_000; count++) uuids.push(uuidv7(FAR - 60_000));
    for (let count = 0; count < 1_000; count++) uuids.push(uuidv7(FAR + 2 + count));
    expect([...uuids].sort()).toEqual(uuids);
    expect(new Set(uuids).size).toBe(uuids.length);
    for (const uuid of uuids) expect(uuid).toMatch(FORM);
    expect(new Set(uuids.map((uuid) => uuid.charAt(19))).size).toBe(4);
  });

  it('runs ahead of a standing clock by less than a millisecond in two thousand ids', () => {
    const now = FAR + 1_000_000;
    let last = '';
    for (let count = 0; count < 10_000; count++) last = uuidv7(now);
    expect(timeOf(last) - now).toBeLessThanOrEqual(5);
  });

  it('follows the clock again', () => {
    const now = FAR + 2_000_000;
    expect(timeOf(uuidv7(now))).toBe(now);
  });
});
