/** What a signal does, at each place where it may come. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { busybox } from '../support/project.ts';
import { isRoot } from '../support/skips.ts';
import { groupMembers, type Running } from './support/command.ts';
import { badOutput } from './support/invariants.ts';
import { Lab, type Project } from './support/lab.ts';

/** A second signal that comes sooner is the first one once more. */
const asQuickAsAHand = 150;

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

/** One service that ends at TERM after a moment, and one that does not hear it. */
function project(suffix: string, more = ''): Project {
  const made = lab.project(suffix, { 'compose.yaml': 'services: {}' });
  made.write({
    'compose.yaml': `name: ${made.name}
services:
  polite:
    image: ${busybox}
    command: [sh, -c, "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"]
    depends_on: [deaf]
  deaf:
    image: ${busybox}
    command: [sh, -c, "trap '' TERM; echo ready; while :; do sleep 0.05; done"]
    stop_grace_period: 4s
${more}`,
  });
  return made;
}

async function states(of: Project): Promise<string[]> {
  // Podman says stopped until its own clean-up after the end has run.
  await eventually(async () => {
    for (const { name, state } of await of.containers()) expect(state, name).not.toBe('stopped');
  });
  return (await of.containers()).map(({ name, state, exitCode }) => {
    const service = name.replace(`${of.name}-`, '').replace(/-1$/, '');
    return `${service} ${state}${state === 'exited' ? ` ${exitCode}` : ''}`;
  });
}

async function attached(of: Project): Promise<Running> {
  const running = of.start(['up']);
  // However long it takes to come up on a busy machine.
  const timeoutMs = 60_000;
  await eventually(
    () => {
      expect(running.stdout()).toMatch(/polite-1\s+\| ready/);
      expect(running.stdout()).toMatch(/deaf-1\s+\| ready/);
    },
    { timeoutMs },
  );
  return running;
}

describe('attached up', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)(
    'stops in order at %s, within the grace, keeps the containers and exits %i',
    async (name, code) => {
      const own = project(name.toLowerCase());
      const running = await attached(own);
      const began = performance.now();
      running.signal(name);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(code);
      expect(performance.now() - began).toBeGreaterThan(3_500);
      expect(await states(own)).toEqual(['deaf exited 137', 'polite exited 0']);
      expect(ended.stdout).toMatch(/polite-1\s+\| bye/);
      expect([...badOutput(ended), ...groupMembers(running.pid)]).toEqual([]);
      expect((await own.run(['up', '-d'])).code).toBe(0);
      expect(await states(own)).toEqual(['deaf running', 'polite running']);
      expect((await own.run(['down', '-t', '0'])).code).toBe(0);
    },
  );

  it('kills at the second Ctrl-C, without waiting for the grace, and exits 130', async () => {
    const own = project('twice');
    const running = await attached(own);
    running.signal('SIGINT');
    await eventually(() => expect(running.stderr()).toMatch(/deaf-1\s+Stopping/));
    await delay(asQuickAsAHand);
    const began = performance.now();
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await states(own)).toEqual(['deaf exited 137', 'polite exited 0']);
    expect((await own.run(['down', '-t', '0'])).code).toBe(0);
  });
});

it('one Ctrl-C that comes twice is one', async () => {
  const own = project('echo');
  const running = await attached(own);
  running.signal('SIGINT');
  // Of two that nobody has taken yet the system keeps one.
  await delay(10);
  running.signal('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  expect(ended.stdout).toMatch(/polite-1\s+\| bye/);
  expect(await states(own)).toEqual(['deaf exited 137', 'polite exited 0']);
  expect((await own.run(['down', '-t', '0'])).code).toBe(0);
});

describe('up -d', () => {
  const never = `  never:
    image: ${busybox}
    command: [sleep, "1000"]
    healthcheck: { test: ["CMD", "false"], interval: 1s, retries: 1000 }
    stop_grace_period: 0s
  last:
    image: ${busybox}
    command: [sleep, "1000"]
    depends_on: { never: { condition: service_healthy } }
    stop_grace_period: 0s
`;

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('ends at %s while it waits, leaves what runs, and exits %i', async (name, code) => {
    const own = project(`d${name.toLowerCase()}`, never);
    const running = own.start(['up', '-d']);
    await eventually(() => expect(running.stderr()).toMatch(/never-1\s+Waiting/));
    const began = performance.now();
    running.signal(name);
    const ended = await running.ended;
    expect(ended.code).toBe(code);
    expect(performance.now() - began).toBeLessThan(2_000);
    const now = await states(own);
    expect(now).toContain('never running');
    expect(now).not.toContain('last running');
    expect([...badOutput(ended), ...groupMembers(running.pid)]).toEqual([]);
    expect((await own.run(['down', '-t', '0'])).code).toBe(0);
    expect(await own.objects()).toEqual([]);
  });

  it('ends at the second signal even when a call to the engine hangs', async () => {
    const own = project('hang');
    lab.proxy.arm({ at: 1, harm: 'hang' });
    const running = own.start(['up', '-d']);
    await eventually(() => expect(lab.proxy.calls).toHaveLength(1));
    running.signal('SIGINT');
    await eventually(() => expect(running.stderr()).toContain('Cancelled'));
    await delay(asQuickAsAHand);
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(130);
    lab.proxy.arm();
  });
});

describe('a build', () => {
  // Buildah runs all that an ordinary user builds, and for root what asks for it.
  const byBuildah = { BUILDAH_ISOLATION: isRoot ? 'oci' : 'rootless' };

  it.each([
    ['SIGINT', 130, {}],
    ['SIGTERM', 143, {}],
    ['SIGINT', 130, byBuildah],
  ] as const)('ends at %s with its children, leaves nothing, and exits %i (%j)', async (name, code, env) => {
    const own = lab.project(`b${name.toLowerCase()}${Object.keys(env).length}`, {
      'compose.yaml': 'services: {}',
    });
    own.write({
      'compose.yaml': `name: ${own.name}\nservices:\n  app:\n    build: .\n`,
      Containerfile: `FROM ${busybox}\nRUN echo be''gan; sleep 300\n`,
    });
    const before = await buildContainers();
    // While the command runs, and while the engine makes the container for it.
    for (const moment of ['began', 'Running', 'Running', 'Running']) {
      const running = own.start(['build'], { env });
      await eventually(() => expect(running.stderr()).toContain(moment), { timeoutMs: 30_000 });
      running.signal(name);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(code);
      expect([...badOutput(ended), ...groupMembers(running.pid), ...lab.leftFiles()]).toEqual([]);
      expect(await buildContainers()).toEqual(before);
    }
  });

  async function buildContainers(): Promise<string[]> {
    const all = await lab.ask<{ Names: string[]; Command: string[] | null }[] | null>(
      '/containers/json?all=true&external=true',
    );
    const isOfBuild = (names: readonly string[], command: readonly string[] | null): boolean =>
      command?.[0] === 'buildah' || names.some((name) => name.startsWith('tscompose-segment-'));
    return (all ?? []).flatMap(({ Names, Command }) => (isOfBuild(Names, Command) ? Names : [])).sort();
  }
});

describe('a pull', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'from a registry that does not answer ends at %s, starts nothing, and exits %i',
    async (name, code) => {
      const registry = createServer();
      const asked = once(registry, 'connection');
      await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
      const { port } = registry.address() as AddressInfo;
      const own = lab.project(`p${name.toLowerCase()}`, { 'compose.yaml': 'services: {}' });
      own.write({
        'compose.yaml': `name: ${own.name}\nservices:\n  app: { image: "127.0.0.1:${port}/none:1" }\n  other: { image: ${busybox} }\n`,
      });
      const running = own.start(['up', '-d']);
      const [socket] = (await asked) as [Socket];
      const began = performance.now();
      running.signal(name);
      const ended = await running.ended;
      socket.destroy();
      registry.close();
      expect(ended.code, ended.stderr).toBe(code);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect([...badOutput(ended), ...groupMembers(running.pid), ...lab.leftFiles()]).toEqual([]);
      expect(await own.objects()).toEqual([]);
    },
  );
});

describe('reading files', () => {
  it('is ended at once by a signal, even in the middle of a long computation', async () => {
    const own = lab.project('parse', { 'compose.yaml': 'services: {}' });
    const services = Array.from(
      { length: 4_000 },
      (_, index) =>
        `  s${index}:\n    image: ${busybox}\n    depends_on: [${index === 0 ? '' : `s${index - 1}`}]\n    environment: { A: "1", B: "2" }\n`,
    );
    own.write({ 'compose.yaml': `name: ${own.name}\nservices:\n${services.join('')}` });
    const env = { TSCOMPOSE_KEPT_ANSWERS: '0' };
    const whole = await own.run(['config', '-q'], { env });
    expect(whole.code, whole.stderr).toBe(0);
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      const running = own.start(['config', '-q'], { env });
      await new Promise((resolve) => setTimeout(resolve, whole.ms * 0.6));
      const began = performance.now();
      running.signal(name);
      const ended = await running.ended;
      expect(ended.code).toBe(name === 'SIGINT' ? 130 : 143);
      expect(performance.now() - began).toBeLessThan(200);
    }
  });
});
