/** Phase `profiles`: which services take part. */
import { expect, test } from 'vitest';
import type { LoadRequest } from '../../../../src/compose/load.ts';
import { complaints, load } from '../../../support/load-text.ts';

const text = `services:
  always: {image: x}
  dev: {image: x, profiles: [dev]}
  both: {image: x, profiles: [dev, test]}
  other: {image: x, profiles: [other]}
`;
const active = (more: Partial<LoadRequest>): string[] => Object.keys(load(text, more).project.services);

test.each<[Partial<LoadRequest>, string[]]>([
  [{}, ['always']],
  [{ profiles: ['dev'] }, ['always', 'both', 'dev']],
  [{ profiles: ['test'] }, ['always', 'both']],
  [{ profiles: ['test', 'other'] }, ['always', 'both', 'other']],
  [{ profiles: ['*'] }, ['always', 'both', 'dev', 'other']],
  [{ env: { COMPOSE_PROFILES: 'dev,other' } }, ['always', 'both', 'dev', 'other']],
  [{ env: { COMPOSE_PROFILES: 'other' }, profiles: ['test'] }, ['always', 'both']],
  [{ services: ['other'] }, ['always', 'other']],
])('%j', (more, services) => {
  expect(active(more)).toEqual(services);
});

test('what is left out is known all the same', () => {
  expect(Object.keys(load(text).disabledServices)).toEqual(['both', 'dev', 'other']);
});

test('a service that is needed but not active is an error, unless it is not required', () => {
  const needs = (more: string): string =>
    `services: {a: {image: x, depends_on: {b: {condition: service_started${more}}}}, b: {image: y, profiles: [p]}}\n`;
  expect(complaints(needs(''))).toEqual([
    'compose.yaml:1:39 E_UNDEFINED service "a" depends on undefined service "b" ("b" is only active with one of its profiles; activate it with --profile, or set required: false)',
  ]);
  expect(complaints(needs(''), { profiles: ['p'] })).toEqual([]);
  expect(load(needs(', required: false')).project.services['a']).not.toHaveProperty('depends_on');
});

test('a service that is not there is refused by name', () => {
  expect(complaints(text, { services: ['alway'] })).toEqual([
    'E_SERVICE_UNKNOWN no such service: alway (did you mean "always"?)',
  ]);
});
