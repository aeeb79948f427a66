import { expect } from 'vitest';
import { scenario } from './support/scenario.ts';

scenario(
  'up starts each service after what it depends on, and a second up changes nothing',
  async ({ project }) => {
    project.compose(`
services:
  web: { %sleep, depends_on: [api] }
  api: { %sleep, depends_on: [db, cache] }
  db: { %sleep }
  cache: { %sleep }
`);
    await project.ok('up', '-d');
    expect(await project.states()).toEqual([
      'api-1 running',
      'cache-1 running',
      'db-1 running',
      'web-1 running',
    ]);
    const [api, cache, db, web] = await Promise.all(
      ['api', 'cache', 'db', 'web'].map((service) => project.startedAt(service)),
    );
    expect(api).toBeGreaterThanOrEqual(Math.max(cache ?? 0, db ?? 0));
    expect(web).toBeGreaterThanOrEqual(api ?? 0);
    const before = await project.ids();
    await project.ok('up', '-d');
    expect(await project.ids()).toEqual(before);
  },
);
