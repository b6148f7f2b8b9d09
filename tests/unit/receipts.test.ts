import { expect, test } from 'vitest';
import { packChecked, unpackChecked } from '../../src/domains/polls/vote/checked.ts';
import {
  drawReceipt,
  isReceipt,
  packReceipt,
  plainReceipt,
  spacedReceipt,
  unpackReceipt,
} from '../../src/domains/polls/vote/receipt.ts';

const code = '0123456789ABCDEF';
const poll = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';

test('a new receipt has 16 characters out of 32, all of them in use, and is never repeated', () => {
  const drawn = Array.from({ length: 2000 }, drawReceipt);
  expect(drawn.every(isReceipt)).toBe(true);
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(new Set(drawn.join('')).size).toBe(32);
});

test('case, spaces, dashes, and letters typed for digits are accepted', () => {
  expect(plainReceipt(spacedReceipt(code))).toBe(code);
  expect(plainReceipt(' o1z3 4567—89ab.cdef ')).toBe('01Z3456789ABCDEF');
  expect(plainReceipt('OIL-oil')).toBe('011011');
  expect(isReceipt('0123456789ABCDE')).toBe(false);
  expect(isReceipt('0123456789ABCDEU')).toBe(false);
});

test('a receipt is written in four groups of four', () => {
  expect(spacedReceipt(code)).toBe('0123-4567-89AB-CDEF');
});

test('a receipt in a cookie is shown only on the page of its own poll', () => {
  const packed = packReceipt({ pollId: poll, code, control: 'abc' });
  expect(unpackReceipt(packed, poll)).toEqual({ pollId: poll, code, control: 'abc' });
  expect(unpackReceipt(packed, other)).toBeNull();
  expect(unpackReceipt(null, poll)).toBeNull();
  expect(unpackReceipt(`${poll}.<b>x</b>.abc`, poll)).toBeNull();
  const bare = packReceipt({ pollId: poll, code, control: null });
  expect(unpackReceipt(bare, poll)?.control).toBeNull();
});

test('a checked receipt distinguishes choices, a blank ballot, and a list that is not shown', () => {
  for (const choices of [[poll, other], [], null])
    expect(unpackChecked(packChecked({ pollId: poll, control: 'a', choices }), poll)).toEqual({
      ...{ pollId: poll, control: 'a', choices },
    });
  expect(
    unpackChecked(packChecked({ pollId: poll, control: 'a', choices: null }), other),
  ).toBeNull();
});
