import { describe, expect, it } from 'vitest';
import { groupsOfRoot, type RuntimeConfig, runtimeConfig } from '../../../src/podman/step/runtime-config.ts';

const sandbox = {
  id: 'a'.repeat(64),
  config: {
    process: {
      user: { uid: 0, gid: 0, umask: 18, additionalGids: [9] },
      args: ['/bin/sh'],
      env: ['HOME=/root', 'HOSTNAME=aaaa'],
      cwd: '/',
      capabilities: { bounding: ['CAP_CHOWN'] },
    },
    root: { path: '/store/sandbox/merged' },
    hostname: 'aaaa',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev/shm', type: 'bind', source: `/store/${'a'.repeat(64)}/shm` },
    ],
    linux: {
      cgroupsPath: `machine.slice:libpod:${'a'.repeat(64)}`,
      namespaces: [{ type: 'network', path: '/run/netns/one' }, { type: 'pid' }],
    },
  } as RuntimeConfig,
};

const command = {
  id: 'b'.repeat(64),
  rootfs: '/store/step/merged',
  argv: ['/bin/sh', '-c', 'true'],
  environment: { A: '1', B: 'x=y' },
  workingDir: '/app',
  groups: [4],
  mounts: [{ destination: '/dev/run-script', type: 'bind', source: '/private/script' }],
};

describe('what the runtime is told of a command', () => {
  const config = runtimeConfig(sandbox, command);

  it('is what it was told of the sandbox, with its rights and its network', () => {
    expect(config.process).toMatchObject({ capabilities: { bounding: ['CAP_CHOWN'] } });
    expect(config.linux.namespaces).toEqual(sandbox.config.linux.namespaces);
    expect(config.hostname).toBe('aaaa');
  });

  it('has files, a control group and shared memory of its own', () => {
    expect(config.root.path).toBe('/store/step/merged');
    expect(config.linux.cgroupsPath).toBe(`machine.slice:libpod:${'b'.repeat(64)}`);
    expect(config.mounts.map(({ destination, type }) => [destination, type])).toEqual([
      ['/proc', 'proc'],
      ['/dev/shm', 'tmpfs'],
      ['/dev/run-script', 'bind'],
    ]);
  });

  it('runs the command with nothing in its environment but what it is given, and the name of the machine', () => {
    expect(config.process).toMatchObject({ args: ['/bin/sh', '-c', 'true'], cwd: '/app' });
    expect(config.process.env).toEqual(['A=1', 'B=x=y', 'HOSTNAME=aaaa']);
    const named = runtimeConfig(sandbox, { ...command, environment: { HOSTNAME: 'mine' } });
    expect(named.process.env).toEqual(['HOSTNAME=mine']);
  });

  it("gives root the groups that it has in this image, and none of the sandbox's", () => {
    expect(config.process.user).toEqual({ uid: 0, gid: 0, umask: 18, additionalGids: [4] });
  });
});

describe('the groups of root', () => {
  it.each([
    [undefined, 'root:x:0:root\nadm:x:4:daemon,root\ntty:x:5:\n', [0, 4]],
    ['0', 'adm:x:4:daemon,root\nroot:x:0:root\n', [0, 4]],
    ['root:root', 'root:x:0:root\nadm:x:4:daemon,root\n', [0]],
    ['root', 'wheel:x:10:rooted,root2\n', [0]],
    ['root', 'broken\n:x::root\nx:x:y:root\n', [0]],
    [undefined, '', [0]],
  ])('for USER %s, of %j', (user, text, groups) => {
    expect(groupsOfRoot(user, text)).toEqual(groups);
  });
});
