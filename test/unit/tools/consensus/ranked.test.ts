import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countRanked } from '../../../../src/tools/consensus/ranked.ts';
import { cast, ranked } from './ballots.ts';

const TENNESSEE = ranked(`Memphis>Nashville>Chattanooga>Knoxville * 42
Nashville>Chattanooga>Knoxville>Memphis * 26
Chattanooga>Knoxville>Nashville>Memphis * 15
Knoxville>Chattanooga>Nashville>Memphis * 17`);
const CITIES = ['Memphis', 'Nashville', 'Chattanooga', 'Knoxville'];

const LEGRAND = ranked(`Abby>Cora>Erin>Dave>Brad * 98
Brad>Abby>Erin>Cora>Dave * 64
Brad>Abby>Erin>Dave>Cora * 12
Brad>Erin>Abby>Cora>Dave * 98
Brad>Erin>Abby>Dave>Cora * 13
Brad>Erin>Dave>Abby>Cora * 125
Cora>Abby>Erin>Dave>Brad * 124
Cora>Erin>Abby>Dave>Brad * 76
Dave>Abby>Brad>Erin>Cora * 21
Dave>Brad>Abby>Erin>Cora * 30
Dave>Brad>Erin>Cora>Abby * 98
Dave>Cora>Abby>Brad>Erin * 139
Dave>Cora>Brad>Abby>Erin * 23`);
const PEOPLE = ['Abby', 'Brad', 'Cora', 'Dave', 'Erin'];

const plain = (rounds: readonly Readonly<Record<string, bigint>>[] | undefined): number[][] =>
  (rounds ?? []).map((round) => Object.values(round).map((weight) => Number(weight) / 10_000));

describe('countRanked()', () => {
  test('finds the capital of Tennessee by pairs, and Knoxville by rounds', () => {
    expect(countRanked('schulze', CITIES, TENNESSEE).winners).toEqual(['Nashville']);
    expect(countRanked('copeland', CITIES, TENNESSEE).winners).toEqual(['Nashville']);
    const { winners, rounds } = countRanked('irv', CITIES, TENNESSEE);
    expect(winners).toEqual(['Knoxville']);
    expect(plain(rounds)).toEqual([
      [42, 26, 15, 17],
      [42, 26, 32],
      [42, 58],
    ]);
  });

  test('orders the election of LeGrand by Schulze: Abby, Brad, Erin, Dave, Cora', () => {
    const order: string[] = [];
    while (order.length < PEOPLE.length) {
      const left = PEOPLE.filter((name) => !order.includes(name));
      const { winners } = countRanked('schulze', left, LEGRAND);
      expect(winners).toHaveLength(1);
      order.push(...winners);
    }

    expect(order).toEqual(['Abby', 'Brad', 'Erin', 'Dave', 'Cora']);
  });

  test('lists all that Schulze cannot tell apart', () => {
    const ballots = ranked('A>B>C * 3\nD>A>B * 2\nD>B>C * 2\nC>B>D * 2');

    expect(countRanked('schulze', ['A', 'B', 'C', 'D'], ballots).winners).toEqual(['B', 'D']);
  });

  test('hands votes on in rounds: D over A, 58 to 42', () => {
    const ballots = ranked('A>B>C>D * 42\nB>C>D>A * 26\nC>D>B>A * 15\nD>C>B>A * 17');
    const { winners, rounds } = countRanked('irv', ['A', 'B', 'C', 'D'], ballots);

    expect(winners).toEqual(['D']);
    expect(plain(rounds).at(-1)).toEqual([42, 58]);
  });

  test('drops all that are last at once, so that no order decides', () => {
    const ballots = ranked('A * 4\nB>A * 3\nC>B * 1\nD>B * 1');

    expect(countRanked('irv', ['A', 'B', 'C', 'D'], ballots).winners).toEqual(['B']);
    expect(countRanked('irv', ['D', 'C', 'B', 'A'], ballots).winners).toEqual(['B']);
    expect(countRanked('irv', ['A', 'B'], ranked('A * 1\nB * 1')).winners).toEqual(['A', 'B']);
  });
});

describe('with any ballots', () => {
  const choices = ['A', 'B', 'C', 'D'];
  const election = fc.array(
    fc.record({
      ranking: fc.shuffledSubarray(choices, { minLength: 1 }),
      weight: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const toBallots = (list: { ranking: string[]; weight: number }[]) =>
    list.map(({ ranking, weight }, index) => cast({ agentId: `v${index}`, ranking, weight: String(weight) }));

  /** Whom every other loses to, counted one by one. */
  function condorcetWinner(list: { ranking: string[]; weight: number }[]): string | undefined {
    const prefers = (ranking: string[], one: string, other: string): boolean =>
      ranking.includes(one) && (!ranking.includes(other) || ranking.indexOf(one) < ranking.indexOf(other));
    const margin = (one: string, other: string): number =>
      list.reduce(
        (sum, { ranking, weight }) =>
          sum + (prefers(ranking, one, other) ? weight : 0) - (prefers(ranking, other, one) ? weight : 0),
        0,
      );
    return choices.find((one) => choices.every((other) => one === other || margin(one, other) > 0));
  }

  /** The strongest path by trying every path. */
  function bruteSchulze(list: { ranking: string[]; weight: number }[]): string[] {
    const support = (one: string, other: string): number =>
      list.reduce((sum, { ranking, weight }) => {
        const [first, second] = [ranking.indexOf(one), ranking.indexOf(other)];
        return sum + (first >= 0 && (second < 0 || first < second) ? weight : 0);
      }, 0);
    const strength = (from: string, to: string, seen: string[]): number => {
      const direct = support(from, to) > support(to, from) ? support(from, to) : 0;
      return choices
        .filter((by) => by !== to && !seen.includes(by))
        .reduce((best, by) => {
          const step = support(from, by) > support(by, from) ? support(from, by) : 0;
          return Math.max(best, Math.min(step, strength(by, to, [...seen, by])));
        }, direct);
    };
    return choices.filter((one) =>
      choices.every((other) => one === other || strength(one, other, [one]) >= strength(other, one, [other])),
    );
  }

  test('a winner against every other wins by Schulze and by Copeland', () => {
    fc.assert(
      fc.property(election, (list) => {
        const winner = condorcetWinner(list);
        fc.pre(winner !== undefined);
        expect(countRanked('schulze', choices, toBallots(list)).winners).toEqual([winner]);
        expect(countRanked('copeland', choices, toBallots(list)).winners).toEqual([winner]);
      }),
    );
  });

  test('Schulze agrees with trying every path', () => {
    fc.assert(
      fc.property(election, (list) => {
        expect(countRanked('schulze', choices, toBallots(list)).winners).toEqual(bruteSchulze(list));
      }),
    );
  });

  test('neither the order of the ballots nor that of the options changes who wins', () => {
    fc.assert(
      fc.property(election, fc.constantFrom('irv', 'copeland', 'schulze'), (list, method) => {
        const there = countRanked(method, choices, toBallots(list)).winners;
        const back = countRanked(method, choices.toReversed(), toBallots(list.toReversed())).winners;
        expect(back.toSorted()).toEqual(there.toSorted());
      }),
    );
  });
});
