import type { Capabilities } from '../types.ts';

/** An engine like Podman 4.3 without systemd. */
export const fakeCapabilities: Capabilities = {
  version: '4.3.1',
  rootless: false,
  remote: false,
  cgroupVersion: 2,
  runtime: 'fake',
  logDriver: 'k8s-file',
  cpus: 2,
  os: 'linux',
  arch: 'amd64',
  url: 'unix:///fake.sock',
  has: {
    healthTimers: false,
    waitHealthy: false,
    podStartLock: false,
    volumeSubpath: false,
    imageSubpath: false,
    readWriteTmpfs: false,
    hostGateway: false,
    secretReplace: false,
    secretLabels: true,
    networkDriverOpts: false,
    rlimitMinusOne: false,
    startupHealthcheck: false,
    podAndContainerMayShareName: false,
    resourceLimits: true,
    updateRestartPolicy: false,
    killStops: false,
    pasta: false,
  },
};
