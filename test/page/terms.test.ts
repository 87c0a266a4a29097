import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isTerm, splitAtTerms, terms } from '../../src/page/terms.ts';

test('a text is split at the first appearance of each term, in the singular or plural', () => {
  expect(splitAtTerms('Ent-PPO and TB find modes; TB misses a mode.')).toEqual([
    { text: 'Ent-PPO', term: 'ent-ppo' },
    { text: ' and ' },
    { text: 'TB', term: 'tb' },
    { text: ' find ' },
    { text: 'modes', term: 'mode' },
    { text: '; TB misses a mode.' },
  ]);
  expect(splitAtTerms('Clip share')).toEqual([{ text: 'Clip', term: 'clip' }, { text: ' share' }]);
});

test('other words and other objectives are not mistaken for terms', () => {
  const text = 'SubTB, FL-DB, eclipse, a model; kl in lower case';
  expect(splitAtTerms(text)).toEqual([
    { text: 'SubTB', term: 'subtb' },
    { text: ', FL-DB, eclipse, a model; kl in lower case' },
  ]);
  expect(splitAtTerms('')).toEqual([]);
});

test('every term that the page marks has a meaning, of at most two sentences', async () => {
  const html = await readFile('src/page/index.html', 'utf8');
  const marked = [...html.matchAll(/data-term="([^"]*)"/g)].map(([, name]) => name);
  expect(marked.length).toBeGreaterThan(5);
  expect(marked.filter((name) => !isTerm(name))).toEqual([]);
  for (const { meaning } of Object.values(terms)) expect(meaning.match(/[.](?= |$)/g)?.length).toBeLessThanOrEqual(2);
});
