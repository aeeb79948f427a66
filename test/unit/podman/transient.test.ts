import { describe, expect, it } from 'vitest';
import { engineError, isTransient } from '../../../src/podman/engine-error.ts';

describe('what the engine says that goes away by itself', () => {
  it.each([
    ['POST', '/containers/create', 'database is locked'],
    ['POST', '/containers/x/start', 'container state improper: running, please try again'],
    ['POST', '/containers/x/init', 'creating container storage: layer not known'],
    ['POST', '/containers/x/init', 'crun: container `91180b` already exists: OCI runtime error'],
    [
      'POST',
      '/containers/x/init',
      'runc: runc create failed: container with given ID already exists: OCI runtime error',
    ],
    [
      'POST',
      '/containers/x/start',
      'netavark: error while applying dns entries: aardvark-dns failed to start: failed to bind udp listener on 10.89.0.1:53: IO error: Address already in use (os error 98)',
    ],
    [
      'DELETE',
      '/pods/pod_x',
      'cleaning up container 12: removing container 12 network: netavark: remove aardvark entries: aardvark-dns failed to start: Error from child process',
    ],
    [
      'POST',
      '/containers/x/init',
      'netavark: create veth pair: Netlink error: Invalid argument (os error 22)',
    ],
    ['GET', '/containers/x/json', 'read /proc/16784/cgroup: no such process'],
    ['GET', '/containers/x/json', 'open /proc/16784/cgroup: no such file or directory'],
    ['GET', '/containers/json', 'no such container'],
    ['GET', '/pods/json', 'no such pod'],
    ['GET', '/images/busybox/json', 'runtime error: invalid memory address or nil pointer dereference'],
  ])('%s %s: %s', (method, path, text) => {
    expect(isTransient(method, path, text)).toBe(true);
  });

  it.each([
    ['POST', '/containers/x/start', 'no such container'],
    ['GET', '/containers/x/json', 'no such container'],
    ['POST', '/containers/x/start', 'rootlessport listen tcp 0.0.0.0:80: bind: address already in use'],
    ['POST', '/containers/create', 'no space left on device'],
    ['POST', '/containers/create', 'runtime error: invalid memory address or nil pointer dereference'],
  ])('and what does not: %s %s: %s', (method, path, text) => {
    expect(isTransient(method, path, text)).toBe(false);
  });
});

describe('what the engine says of a name that is taken', () => {
  it.each([
    'the container name "a" is already in use by 1234. You have to remove that container to be able to reuse that name: that name is already in use',
    'network name net already exists',
    'shop_password: secret name in use',
    'renaming container 12: updating container config table with new configuration for container 12: UNIQUE constraint failed: ContainerConfig.Name',
  ])('is a conflict: %s', (message) => {
    expect(engineError('POST', '/containers/x/rename', 500, JSON.stringify({ message })).code).toBe(
      'E_CONFLICT',
    );
  });
});

it('says what to do with a container that the engine did not finish', () => {
  const message = 'crun: container `91180b` already exists: OCI runtime error';
  const [{ code, hint } = {}] = engineError(
    'POST',
    '/containers/x/init',
    500,
    JSON.stringify({ message }),
  ).diagnostics;
  expect([code, hint]).toEqual(['E_CONFLICT', expect.stringContaining('up --force-recreate')]);
});

describe('what the engine says of a full disk', () => {
  it.each([
    'write /graph/overlay-layers/.tmp-layers.json1: no space left on device',
    'adding container 12 exit code 1: database or disk is full',
  ])('is told as that: %s', (message) => {
    expect(engineError('GET', '/containers/x/json', 500, JSON.stringify({ message })).code).toBe(
      'E_NO_SPACE',
    );
  });
});
