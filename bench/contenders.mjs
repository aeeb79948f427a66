/** Who is measured, and how each is told to use the one engine under test. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function installed(program) {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} socket path of the engine's socket
 * @param {string[]} podmanArgs global arguments that make the podman command use the same engine settings
 * @returns each with a name, an environment, and the command for a verb (undefined: it cannot do that)
 */
export function contenders(socket, podmanArgs) {
  const compose = (program) => (verb) => [...program, ...verb.args];
  const all = [
    {
      name: 'tscompose',
      env: { CONTAINER_HOST: `unix://${socket}`, TSCOMPOSE_YES: '1' },
      command: compose(['node', here('../dist/cli.js')]),
      installed: true,
    },
    {
      name: 'docker compose',
      rival: true,
      env: { DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '0' },
      command: compose(['docker-compose']),
      installed: installed('docker-compose'),
    },
    {
      name: 'podman-compose',
      rival: true,
      env: {},
      command: compose(['podman-compose', ...podmanArgs.map((arg) => `--podman-args=${arg}`)]),
      installed: installed('podman-compose'),
    },
    {
      name: 'engine limit',
      env: {},
      command: (verb, project) =>
        verb.limit && [
          'node',
          here('./limit.mjs'),
          verb.limit,
          socket,
          project.name,
          project.shape,
          String(project.count),
        ],
      installed: true,
    },
    { name: 'bare node', env: {}, command: (verb) => verb.bare && ['node', '-e', '0'], installed: true },
  ];
  return all.filter((contender) => contender.installed);
}

/** What is measured, in the order it is done on each project. */
export const verbs = [
  { name: 'config', args: ['config', '-q'], bare: true },
  { name: 'up', args: ['up', '-d'], limit: 'up' },
  { name: 'up unchanged', args: ['up', '-d'], limit: 'noop', bare: true },
  { name: 'ps', args: ['ps', '-q'], bare: true },
  { name: 'down', args: ['down', '-t', '0'], limit: 'down' },
];
