import { describe, expect, test } from 'vitest';
import { createWalkShow, trail, walkMoment } from '../../src/page/ui/walk-motion.ts';

const walk = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
];

describe('a walk on show', () => {
  test('begins at its first cell, arrives at its last, rests, fades and is over', () => {
    expect(walkMoment(3, 0)).toEqual({ along: 0, opacity: 1, arrived: false, over: false });
    // Two steps of 140 ms each, the longest that a step takes.
    expect(walkMoment(3, 210).along).toBeCloseTo(1.5, 9);
    expect(walkMoment(3, 280)).toEqual({ along: 2, opacity: 1, arrived: true, over: false });
    expect(walkMoment(3, 979).opacity).toBe(1);
    expect(walkMoment(3, 1200).opacity).toBeLessThan(1);
    expect(walkMoment(3, 1430).over).toBe(true);
  });

  test('without steps stays where it is, and ends in time', () => {
    expect(walkMoment(1, 0).arrived).toBe(true);
    expect(walkMoment(1, 5000).over).toBe(true);
  });

  test('leaves a trail as long as it has come', () => {
    expect(trail(walk, 0)).toEqual([walk[0]]);
    expect(trail(walk, 1.5)).toEqual([walk[0], walk[1], { x: 1, y: 0.5 }]);
    expect(trail(walk, 2)).toEqual(walk);
  });
});

describe('the walks on show', () => {
  test('are begun one after the other, at most so many at a time', () => {
    const show = createWalkShow(2, 100);
    show.offer([walk, walk, walk]);
    expect(show.at(0, true).length).toBe(1);
    expect(show.at(50, true).length).toBe(1);
    expect(show.at(100, true).length).toBe(2);
    expect(show.at(200, true).length).toBe(2);
  });

  test('are replaced by others when they end, unless the run is at rest', () => {
    const show = createWalkShow(1, 100);
    show.offer([walk]);
    show.at(0, true);
    expect(show.at(2000, false)).toEqual([]);
    expect(show.at(2001, true)[0].moment.along).toBe(0);
  });

  test('continue when others are offered', () => {
    const show = createWalkShow(1);
    show.offer([walk]);
    show.at(0, true);
    show.offer([[{ x: 5, y: 5 }]]);
    expect(show.at(140, true)[0].cells).toBe(walk);
  });
});
