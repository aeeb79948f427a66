/** The examples and templates as their readers run them: started as they are, asked from outside. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { fetchText, freePorts } from './support/network.ts';
import type { Project } from './support/project.ts';
import { scenario } from './support/scenario.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** `up --detach --wait` in a folder, under the test's own project name. */
async function up(project: Project, cwd: string, env: Record<string, string>): Promise<void> {
  const result = await project.run(['-p', project.name, 'up', '--detach', '--wait'], {
    cwd,
    env,
    timeoutMs: 120_000,
  });
  if (result.code !== 0) throw new Error(`${cwd}: up ended with ${result.code}: ${result.stderr}`);
}

scenario('two-web-servers must serve both pages through the one published port', async ({ project }) => {
  const port = await freePorts();
  await up(project, example('two-web-servers'), { FRONT_PORT: String(port) });
  expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/front/i);
  expect(await fetchText(`http://127.0.0.1:${port}/cgi-bin/back`)).toMatch(/back/i);
  const pod = await project.pod();
  const containers = await project.containers();
  expect(containers.map(({ podId }) => podId)).toEqual(containers.map(() => pod.Id));
  const namespaces = await Promise.all(
    ['front', 'back'].map((name) => project.sh(name, 'readlink /proc/1/ns/net')),
  );
  expect(namespaces[0]).toBe(namespaces[1]);
});

scenario(
  'own-namespaces must serve both servers of one port, and everyone finds everyone by name',
  async ({ project }) => {
    const port = await freePorts(2);
    await up(project, example('own-namespaces'), {
      BLUE_PORT: String(port),
      GREEN_PORT: String(port + 1),
    });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe('blue: I have the network of the pod\n');
    expect(await fetchText(`http://127.0.0.1:${port + 1}/`)).toBe('green: I have a network of my own\n');
    const seen = (await project.logs('visitor')).trim().split('\n');
    expect(seen.slice(0, 2)).toEqual([
      'blue: I have the network of the pod',
      'green: I have a network of my own',
    ]);
    expect(seen[2]).toMatch(/^[0-9a-f]{12}$/);
    const networks = await Promise.all(
      ['blue', 'green', 'echo-1', 'echo-2', 'echo-3', 'hermit'].map((name) =>
        project.sh(name, 'readlink /proc/self/ns/net'),
      ),
    );
    expect(new Set(networks).size).toBe(6);
  },
);

scenario('a project laid down by init must run as it is', async ({ project }) => {
  const port = String(await freePorts());
  expect((await project.ok('init', 'sidecar')).stdout.split('\n').sort()).toEqual([
    '',
    'Makefile',
    'compose.yaml',
    'site/cgi-bin/back',
    'site/index.html',
  ]);
  await up(project, project.dir, { PORT: port });
  expect(await fetchText(`http://127.0.0.1:${port}/`)).toContain('The front');
  expect(await fetchText(`http://127.0.0.1:${port}/cgi-bin/back`)).toBe('hello from the back\n');
  const again = await project.run(['init', 'sidecar']);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('compose.yaml');
});
