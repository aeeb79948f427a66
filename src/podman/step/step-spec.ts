/** What all containers of a build have in common: they are as Buildah's, with nothing of the engine's own. */
import type { ContainerSpec } from '../spec.ts';

export function plainSpec(name: string, image: string): ContainerSpec {
  return {
    name,
    image,
    labels: {},
    unsetenvall: true,
    httpproxy: false,
    userns: { nsmode: 'host' },
    pidns: { nsmode: 'private' },
    ipcns: { nsmode: 'private' },
    utsns: { nsmode: 'private' },
    // A user without a name stays one.
    manage_password: false,
    resource_limits: { pids: { limit: 0 } },
    healthconfig: { Test: ['NONE'] },
    log_configuration: { driver: 'none' },
    init: false,
    volatile: true,
  };
}
