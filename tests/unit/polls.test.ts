import { describe, expect, test } from 'vitest';
import { formatNok, orderFor } from '../../src/domains/polls/polls.ts';

const option = (id: string) => ({ id });

describe('the order of the options', () => {
  const options = ['a', 'b', 'c', 'd'].map(option);
  const orderOf = (seed: string) => orderFor(options, seed).map(({ id }) => id);

  test('is the same each time for one voter, whatever order they come in', () => {
    for (let n = 0; n < 50; n++) {
      const again = orderFor(options.toReversed(), `voter ${n}`).map(({ id }) => id);
      expect(again).toEqual(orderOf(`voter ${n}`));
      expect(again.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    }
  });

  test('gives each option each place about equally often', () => {
    const voters = 8000;
    const places = options.map(() => new Map<string, number>());
    for (let n = 0; n < voters; n++)
      orderOf(crypto.randomUUID()).forEach((id, at) =>
        places[at]!.set(id, (places[at]!.get(id) ?? 0) + 1),
      );
    for (const place of places)
      for (const { id } of options) {
        // six standard deviations of a fair draw
        expect(Math.abs(place.get(id)! - voters / 4)).toBeLessThan(
          6 * Math.sqrt(voters * 0.25 * 0.75),
        );
      }
  });
});

test('amounts are written with a space between the thousands', () => {
  expect(formatNok(25000, 'nb')).toMatch(/^25\s000 kr$/);
});
