import { describe, expect, test } from 'vitest';
import { rewardedAtOnce } from '../../src/environment/environment.ts';
import { readExpression } from '../../src/problems/expression/expression.ts';
import { functions, textFunctions } from '../../src/problems/expression/functions.ts';
import { expressionReward } from '../../src/problems/hypergrid/expression-reward.ts';
import { findProblem } from '../../src/problems/listed.ts';

const [x, y] = [3, 5];
const worth = (text: string) => readExpression(text, ['x', 'y'])([x, y]);

describe('an expression', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 - 3 - 4', -5],
    ['16 / 4 / 2', 2],
    ['2^3^2', 512],
    ['-x^2', -9],
    ['2^-1', 0.5],
    ['2*-x', -6],
    ['x**2', 9],
    ['x × y − 1', 14],
    ['.5e1 + 1.', 6],
    ['(x > 2) + (x < 2) + (x = 3) + (x >= 4) + (y <= 5) + (y == 5)', 4],
    ['min(x, y, 1) + max(x, y)', 6],
    ['abs(-2) + sqrt(9) + floor(2.7) + mod(-1, 4)', 10],
    ['exp(0) + log(1) + sin(0) + cos(0)', 2],
    ['0^0.5', 0],
  ])('%s is %d', (text, value) => {
    expect(worth(text)).toBe(value);
  });

  test('has sines, cosines and powers as the language has them', () => {
    for (let at = -40; at <= 40; at++) {
      const angle = 0.37 * at + at ** 3;
      for (const name of ['sin', 'cos'] as const) {
        // A reduction and a series of ten terms below 1: a few roundings of 2^-53, beside that of the quarter turn, whose
        // two parts leave 2^-85 out, times at most 2^16 turns.
        expect(Math.abs(functions[name].of(angle) - Math[name](angle)), `${name} ${angle}`).toBeLessThan(2e-15);
      }
    }
    // exp and log are within a unit of the last place; the exponent multiplies the error of log by at most 3.
    expect(Math.abs(worth('2.5^1.5') / 2.5 ** 1.5 - 1)).toBeLessThan(2e-15);
  });

  test.each([
    ['', 'Column 1: the expression ends too early'],
    ['1 +', 'Column 4: the expression ends too early'],
    ['2x', 'Column 2: a sign is missing before x. To multiply, write * x.'],
    ['x (y)', 'Column 3: a sign is missing before (.'],
    ['exp(x', 'Column 6: the bracket of column 4 is still open. Write ) to close it.'],
    ['x)', 'Column 2: this bracket was never opened.'],
    ['exp x', 'Column 1: exp is a function: write exp( )'],
    ['1 + exq(y)', 'Column 5: exq is not known here. Did you mean exp? Known are x, y, pi, e, exp,'],
    ['1,5', 'Column 2: a comma has no meaning here. Decimals have a point, as in 0.5.'],
    ['exp(x, y)', 'Column 1: exp takes 1 value, not 2.'],
    ['mod(x)', 'Column 1: mod takes 2 values, not 1.'],
    ['1 + * 2', 'Column 5: a number, a name or a bracket has to stand before *.'],
    ['x; alert(1)', 'Column 2: ";" has no meaning here.'],
    ['constructor', 'Column 1: constructor is not known here.'],
    ['1e999', 'Column 1: this number is too large.'],
    ['('.repeat(300), 'Column 201: this is too deep'],
  ])('that is %s is refused, with the column and what to do', (text, problem) => {
    expect(() => worth(text)).toThrow(problem);
  });
});

describe('an expression of strings', () => {
  const worth = (text: string) => readExpression(text, ['length'], textFunctions)([8], 'GATTACAA');

  test.each([
    ['count("A") + 10 * count("AA") + 100 * count("C")', 114],
    ['contains("TTA") - contains("GG")', 1],
    ['position("TT") + position("x")', 3],
    ['starts("GA") + 2 * ends("AA") + 4 * starts("A")', 3],
    ['at(2, "A") + at(length, "A") + at(9, "A")', 2],
    ['longest("A") + longest("TA")', 3],
    ['distance("GATTACAC") + distance("GATT")', 5],
    ['count(“A”)', 4],
  ])('%s is %d', (text, value) => {
    expect(worth(text)).toBe(value);
  });

  test.each([
    ['count(A)', 'Column 7: count takes a text here, in quotation marks: write count("A").'],
    ['count("A', 'Column 7: this quotation mark is never closed.'],
    ['count + 1', 'Column 1: count is a function: write count("A").'],
    ['at("A")', 'Column 4: a text only has a meaning in count, contains,'],
    ['at(1)', 'Column 5: at takes 2 values: write at(1, "A").'],
    ['"A" + 1', 'Column 1: a text only has a meaning in count, contains,'],
    ['cuont("A")', 'Did you mean count?'],
  ])('%s is refused', (text, problem) => {
    expect(() => worth(text)).toThrow(problem);
  });
});

describe.each([
  ['tfbind8-synthetic', {}, '2 + count("AC") + at(8, "T")', { ACACGGTT: 5, AAAAAAAA: 2 }],
  ['bit-sequence', { length: 6, wordSize: 2 }, '1 + position("11")', { '000110': 5, '111111': 2 }],
  ['sets', { items: 5, size: 3, upTo: true }, '1 + x0 * x4 + size', { '{0, 4}.': 4, '{1, 2, 3}.': 4, '{}.': 1 }],
  ['binary-tree', { depth: 3 }, '1 + count("LR") + 2 * leaf + (leaves = 8)', { LRL: 7, RRR: 16, LLL: 2 }],
  [
    'chain',
    { variables: 3, values: 4 },
    '1 + x0 + 10 * x2 + 100 * changes + 1000 * sum',
    { '1 0 3': 4232, '0 0 0': 1 },
  ],
  [
    'dag',
    { variables: 3, edges: 1 },
    '1 + e01 + 10 * p2 + 100 * edges + 1000 * roots',
    { 'no edges.': 3001, '0>1 0>2 1>2.': 1322, '1>0.': 2101 },
  ],
  [
    'phylo',
    { taxa: 4, sites: 1, rate: 0 },
    '1 + mutations + 10 * height + 100 * cherries + 1000 * imbalance',
    { '((taxon1,taxon2),(taxon3,taxon4));': 221, '(((taxon1,taxon2),taxon3),taxon4);': 3131 },
  ],
  ['ising', { side: 3 }, '20 + agreement + 9 * magnetization + z2', { '+++/+++/+++': 48, '---/-+-/---': 0 }],
])('%s with a typed reward', (name, options, expression, rewards) => {
  test('is rewarded so in the order in which its objects are numbered', async () => {
    const choice = { chain: 'kind', dag: 'score' }[name] ?? 'reward';
    const given = { ...options, [choice]: 'expression', expression };
    const { environment, reward } = rewardedAtOnce(await findProblem(name).create(given), 'This test');
    for (const [text, worth] of Object.entries(rewards)) {
      const state = new Int32Array(environment.stateSize);
      environment.parse?.(text, state);
      const due = worth === 0 ? agreementOfOneUp() : worth;
      // One logarithm within a unit of the last place.
      expect(Math.abs(reward.logReward(state) - Math.log(due)), text).toBeLessThanOrEqual(4e-15);
    }
    await expect(findProblem(name).create({ ...given, expression: '1 / 0' })).rejects.toThrow(
      'the expression is infinite',
    );
    await expect(findProblem(name).create({ ...given, expression: undefined })).rejects.toThrow(
      'The option expression is missing, which the chosen reward needs.',
    );
  });

  test('has the reward that is chosen, whatever expression stands beside another', async () => {
    const [plain, idle] = await Promise.all(
      [{}, { expression: '1 / 0' }].map(async (more) =>
        rewardedAtOnce(await findProblem(name).create({ ...options, ...more }), 'This test'),
      ),
    );
    const state = new Int32Array(plain.environment.stateSize);
    plain.environment.parse?.(Object.keys(rewards)[0], state);
    expect(idle.reward.logReward(state)).toBe(plain.reward.logReward(state));
  });
});

/** 18 pairs, of which the 4 of the one spin that is up disagree; it is not z2; the mean of spins is -7 / 9. */
const agreementOfOneUp = () => 20 + (14 - 4) - 7 - 1;

describe('a hypergrid’s reward that was typed', () => {
  test('is computed for every cell in the order of their numbers, above 0 everywhere', () => {
    const size = { dimension: 3, side: 4 };
    const reward = expressionReward({ ...size, expression: 'x + 10*y + 100*z + 1000*(x3 - 2)*(side - 4) - 1' });
    for (const [a, b, c] of [
      [0, 0, 0],
      [1, 0, 0],
      [3, 2, 1],
    ]) {
      const value = a + 10 * b + 100 * c - 1;
      // One logarithm within a unit of the last place, of a number up to 2^9.
      expect(Math.abs(reward.logReward(Int32Array.of(a, b, c, 1)) - Math.log(Math.max(value, 1e-6)))).toBeLessThan(
        4e-15,
      );
    }
  });

  test('is refused where it is no number, and on a grid of too many cells', () => {
    const of = (expression: string, size = { dimension: 2, side: 4 }) => expressionReward({ ...size, expression });
    expect(() => of('1 / (x - 2)')).toThrow('At (2, 0) the expression is infinite.');
    expect(() => of('sqrt(y - 1)')).toThrow('At (0, 0) the expression is no number.');
    expect(() => of('z')).toThrow('Column 1: z is not known here.');
    expect(() => of('x', { dimension: 5, side: 10 })).toThrow('at most 65536 of them, and this grid has 10^5');
    expect(() => of('x'.repeat(401))).toThrow('at most 400 characters, not 401');
  });
});
