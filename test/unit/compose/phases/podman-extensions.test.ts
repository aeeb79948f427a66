/** `x-podman`, where podman-compose has it: what is read, what has no effect and says so. */
import { describe, expect, test } from 'vitest';
import { complaints, load } from '../../../support/load-text.ts';

const web = (more: string): string => `services: {web: {image: x, ${more}}}\n`;
const own = (more: string): unknown => load(web(more)).project.services['web']?.['x-podman'];

describe('a service', () => {
  test.each<[string, unknown]>([
    ['x-podman: {uidmaps: ["0:1:1"], gidmaps: ["0:1:1"]}', { uidmaps: ['0:1:1'], gidmaps: ['0:1:1'] }],
    ['x-podman.uidmaps: ["0:1:1"], x-podman: {uidmaps: ["0:2:1"]}', { uidmaps: ['0:2:1'] }],
    ['x-podman.no_hosts: true', { no_hosts: true }],
    ['x-podman.rootfs: ./root', { rootfs: '/p/root' }],
    ['x-podman: {rootfs: /abs}', { rootfs: '/abs' }],
  ])('%s', (written, value) => {
    expect(own(written)).toEqual(value);
    expect(complaints(web(written))).toEqual([]);
  });

  test('needs no image when it has a root', () => {
    expect(complaints('services: {a: {x-podman.rootfs: ./r}}\n')).toEqual([]);
    expect(complaints('services: {a: {x-podman: {rootfs: ./r}}}\n')).toEqual([]);
  });
});

test('what config prints keeps its spelling', () => {
  const { project } = load(web('x-podman.rootfs: ./root'), { resolve: false });
  expect(project.services['web']).toMatchObject({ 'x-podman.rootfs': './root' });
});

test('networks, with dashes too', () => {
  const { project } = load(
    `${web('networks: [n]')}networks: {n: {x-podman.disable-dns: true, x-podman: {dns: [1.1.1.1], routes: ["10.0.0.0/8,10.1.1.1"]}}}\n`,
  );
  expect(project.networks?.['n']?.['x-podman']).toEqual({
    disable_dns: true,
    dns: ['1.1.1.1'],
    routes: ['10.0.0.0/8,10.1.1.1'],
  });
});

test('attachments: what has become a standard attribute is one', () => {
  const { project } = load(
    `${web('networks: {n: {x-podman.mac_address: "02:00:00:00:00:01", x-podman: {interface_name: lan0}}}')}networks: {n: }\n`,
  );
  expect(project.services['web']?.networks?.['n']).toMatchObject({
    mac_address: '02:00:00:00:00:01',
    interface_name: 'lan0',
  });
});

describe('has no effect, and says so', () => {
  test.each<[string, string]>([
    [
      'x-podman: {pod_args: [a]}',
      'compose.yaml:1:12 W_UNSUPPORTED x-podman.pod_args: the pod is made over the API (its settings come from the services; in_pod: false does without a pod)',
    ],
    [
      'x-podman: {docker_compose_compat: false}',
      'compose.yaml:1:12 W_UNSUPPORTED x-podman.docker_compose_compat: networks and names are always those of docker compose (leave it out; name_separator_compat: false gives names with "_")',
    ],
    [
      'x-podman.default_net_name_compat: false',
      'compose.yaml:1:1 W_UNSUPPORTED x-podman.default_net_name_compat: networks and names are always those of docker compose (leave it out; name_separator_compat: false gives names with "_")',
    ],
    [
      'x-podman: {in_pods: true}',
      'compose.yaml:1:12 W_UNSUPPORTED x-podman.in_pods is not known and has no effect (did you mean "in_pod"?)',
    ],
    [
      'secrets: {s: {environment: S, x-podman.relabel: Z}}',
      'compose.yaml:1:49 W_UNSUPPORTED secrets.s: x-podman.relabel has no effect: secrets are kept by Podman and not mounted from files (leave it out)',
    ],
  ])('%s', (written, message) => {
    expect(complaints(`${written}\n${web('hostname: h')}`)).toEqual([message]);
  });

  test.each<[string, string]>([
    [
      'x-podman: {rotfs: r}',
      'services.web: x-podman.rotfs is not known and has no effect (did you mean "rootfs"?)',
    ],
    [
      'networks: {default: {x-podman.mac: a}}',
      'services.web.networks.default: x-podman.mac is not known and has no effect',
    ],
  ])('%s', (written, message) => {
    expect(complaints(web(written))[0]).toContain(`W_UNSUPPORTED ${message}`);
  });

  test.each([
    'x-podman: {in_pod: false, name_separator_compat: true, default_net_name_compat: true, default_net_behavior_compat: true, docker_compose_compat: true}',
    'x-podman.in_pod: "false"',
  ])('but %s says nothing that is not so', (written) => {
    expect(complaints(`${written}\n${web('hostname: h')}`)).toEqual([]);
  });
});
