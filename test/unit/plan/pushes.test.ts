import { expect, it } from 'vitest';
import { pushesOf } from '../../../src/plan/pushes.ts';
import type { Action } from '../../../src/plan/types.ts';

const build = (id: string, tags: string[]): Action =>
  ({ kind: 'image.build', id, needs: [], reason: 'missing', service: id, tags }) as unknown as Action;
const needsOf = (builds: Action[], done: Action[]): Record<string, readonly string[]> =>
  Object.fromEntries(pushesOf(builds, done).map(({ reference, needs }) => [reference, needs]));

it('pushes the names of an image to one registry one after the other, and all else side by side', () => {
  const a = build('a', ['reg.example:5000/a:1', 'reg.example:5000/other/a:2', 'a:1', 'docker.io/me/a']);
  const b = build('b', ['reg.example:5000/b']);
  expect(needsOf([a, b], [a, b])).toEqual({
    'reg.example:5000/a:1': ['a'],
    'reg.example:5000/other/a:2': ['image.push/reg.example:5000/a:1'],
    'a:1': ['a'],
    'docker.io/me/a': ['image.push/a:1'],
    'reg.example:5000/b': ['b'],
  });
});

it('waits for no build that is not there', () => {
  expect(needsOf([build('a', ['reg.example/a', 'reg.example/a:2'])], [])).toEqual({
    'reg.example/a': [],
    'reg.example/a:2': ['image.push/reg.example/a'],
  });
});
