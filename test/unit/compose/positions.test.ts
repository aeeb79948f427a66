/** Where a complaint points: at what the user must edit, whatever way the value came. And: each is made once. */
import { describe, expect, test } from 'vitest';
import { complaints } from '../../support/load-text.ts';

describe('the place is that of the file to edit', () => {
  test('a service that another file gives to extends', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  web:\n    extends: {file: base.yaml, service: b}\n',
      '/p/base.yaml': 'services:\n  b:\n    image: x\n    stop_grace_period: never\n',
    };
    expect(complaints(files)).toEqual([
      'base.yaml:4:24 E_VALUE services.web.stop_grace_period: invalid duration "never" (write for example 90s, 1m30s or 500ms)',
    ]);
  });

  test('an attribute that the extended service has misspelt', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  web:\n    extends: {file: base.yaml, service: b}\n',
      '/p/base.yaml': 'services:\n  b:\n    image: x\n    comand: y\n',
    };
    expect(complaints(files)).toEqual([
      'base.yaml:4:5 E_SCHEMA services.web: unknown attribute "comand" (did you mean "command"?)',
    ]);
  });

  test('an included model', () => {
    const files = {
      '/p/compose.yaml': 'include: [sub/inner.yaml]\n',
      '/p/sub/inner.yaml': 'services:\n  db:\n    image: x\n    depends_on: [cahce]\n  cache: {image: y}\n',
    };
    expect(complaints(files)).toEqual([
      'sub/inner.yaml:4:18 E_UNDEFINED service "db" depends on undefined service "cahce" (did you mean "cache"?)',
    ]);
  });

  test('the second of two files that are merged', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  web:\n    image: x\n    mem_limit: 1g\n',
      '/p/more.yaml': 'services:\n  web:\n    mem_limit: much\n',
    };
    expect(complaints(files, { files: ['/p/compose.yaml', '/p/more.yaml'] })).toEqual([
      "more.yaml:3:16 E_VALUE services.web.mem_limit: invalid size: 'much' (write for example 64m, 1.5gb or 1048576)",
    ]);
  });

  test('the first of two files that are merged, where the second adds to a list', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  web:\n    image: x\n    networks: [bakc]\nnetworks: {back: }\n',
      '/p/more.yaml': 'services:\n  web:\n    networks: [back]\n',
    };
    expect(complaints(files, { files: ['/p/compose.yaml', '/p/more.yaml'] })).toEqual([
      'compose.yaml:4:16 E_UNDEFINED service "web" refers to undefined network bakc (did you mean "back"?)',
    ]);
  });

  test('an anchor: the value, not its uses', () => {
    const text =
      'x-all: &all\n  cpus: many\nservices:\n  a: {<<: *all, image: x}\n  b: {<<: *all, image: x}\n';
    expect(complaints(text)).toEqual([
      'compose.yaml:2:9 E_VALUE services.a.cpus: "many" is not a number (write a number)',
    ]);
  });

  test('an alias as a value', () => {
    const text = 'x-when: &when soon\nservices:\n  a:\n    image: x\n    stop_grace_period: *when\n';
    expect(complaints(text)).toEqual([
      'compose.yaml:1:15 E_VALUE services.a.stop_grace_period: invalid duration "soon" (write for example 90s, 1m30s or 500ms)',
    ]);
  });
});

describe('circles show each edge', () => {
  test('of include', () => {
    const files = {
      '/p/compose.yaml': 'include: [b.yaml]\n',
      '/p/b.yaml': 'include:\n  - c.yaml\n',
      '/p/c.yaml': 'include:\n  - path: b.yaml\n',
    };
    expect(complaints(files).slice(0, 3)).toEqual([
      'c.yaml:2:5 E_INCLUDE include cycle detected: /p/b.yaml -> /p/c.yaml -> /p/b.yaml (leave out one of these)',
      '  b.yaml:2:5 /p/b.yaml includes /p/c.yaml',
      '  c.yaml:2:5 /p/c.yaml includes /p/b.yaml',
    ]);
  });

  test('of extends, through two files', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  a: {extends: b}\n  b: {extends: {file: other.yaml, service: c}}\n',
      '/p/other.yaml': 'services:\n  c: {extends: {file: compose.yaml, service: a}}\n',
    };
    expect(complaints(files).slice(0, 4)).toEqual([
      'other.yaml:2:16 E_EXTENDS extends goes round in a circle: a (/p/compose.yaml) -> b (/p/compose.yaml) -> c (/p/other.yaml) -> a (/p/compose.yaml) (leave out one of these)',
      '  compose.yaml:2:16 "a" extends "b"',
      '  compose.yaml:3:16 "b" extends "c"',
      '  other.yaml:2:16 "c" extends "a"',
    ]);
  });

  test('of depends_on', () => {
    const text = 'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n';
    expect(complaints(text)).toEqual([
      'compose.yaml:2:30 E_CYCLE dependency cycle detected: a -> b -> a (leave one of these out)',
      '  compose.yaml:2:30 "a" needs "b"',
      '  compose.yaml:3:30 "b" needs "a"',
    ]);
  });
});

describe('one complaint for one mistake', () => {
  test.each([
    ['privileged: maybe', 'E_VALUE'],
    ['cpus: many', 'E_VALUE'],
    ['healthcheck: {interval: 5}', 'E_SCHEMA'],
    ['stop_grace_period: 5', 'E_SCHEMA'],
    ['deploy: {replicas: x}', 'E_VALUE'],
    ['init: perhaps', 'E_VALUE'],
    ['bogus: 1', 'E_SCHEMA'],
    ['secrets: [{sorce: s}]', 'E_SCHEMA'],
  ])('%s', (attribute, code) => {
    const found = complaints(`services:\n  web: {image: x, ${attribute}}\n`);
    expect(found.map((line) => line.split(' ')[1])).toEqual([code]);
  });

  test('five thousand services, each with one', () => {
    const services = Array.from({ length: 5000 }, (_, i) => `  s${i}: {image: x, healthcheck: {timeout: 5}}`);
    expect(complaints(`services:\n${services.join('\n')}\n`)).toHaveLength(5000);
  });

  test('what the first file has wrong is said once, however many follow', () => {
    const files = {
      '/p/compose.yaml': 'services:\n  web: {image: x, bogus: 1}\n',
      '/p/b.yaml': 'services:\n  web: {tty: true}\n',
      '/p/c.yaml': 'services:\n  web: {init: true}\n',
    };
    expect(complaints(files, { files: Object.keys(files) })).toEqual([
      'compose.yaml:2:19 E_SCHEMA services.web: unknown attribute "bogus" (attributes of your own start with "x-")',
    ]);
  });
});

test('a profile that looks misspelt is warned about, others are not', () => {
  const text = 'services:\n  web: {image: x}\n  debug: {image: x, profiles: [debug]}\n';
  expect(complaints(text, { profiles: ['debgu'] })).toEqual([
    'W_AMBIGUOUS no service has the profile "debgu" (did you mean "debug"?)',
  ]);
  expect(complaints(text, { profiles: ['something'] })).toEqual([]);
  expect(complaints(text, { profiles: ['*'] })).toEqual([]);
});
