import { expect, it } from 'vitest';
import { settledText } from '../../../src/report/settled.ts';

const containers = [
  { name: 'shop-db-1', service: 'db', state: 'running' },
  { name: 'shop-job-1', service: 'job', state: 'exited' },
];

it('an up that has nothing to do says how each container is', () => {
  expect(settledText({ containers }, 'auto')).toBe(
    ' Container shop-db-1  Running\n Container shop-job-1  Exited\n',
  );
  expect(settledText({ containers }, 'quiet')).toBe('');
  expect(settledText({ containers: [] }, 'plain')).toBe('');
});

it('as JSON it is lines like those of a run, up to the last', () => {
  const lines = settledText({ containers }, 'json').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { id: 'Container shop-db-1', parent_id: 'db', text: 'Running', status: 'Done', ts: 0 },
    { id: 'Container shop-job-1', parent_id: 'job', text: 'Exited', status: 'Done', ts: 0 },
    { ts: 0, state: 'finished', exit: 0, ms: 0 },
  ]);
});

it('a build that has nothing to do says of how many steps', () => {
  expect(settledText({ containers: [], cachedSteps: 4 }, 'tty')).toBe(' nothing to build: 4 steps cached\n');
  expect(JSON.parse(settledText({ containers: [], cachedSteps: 4 }, 'json'))).toEqual({
    ts: 0,
    state: 'finished',
    exit: 0,
    ms: 0,
    steps: { run: 0, shared: 0, cached: 4, savedMs: 0 },
  });
});
