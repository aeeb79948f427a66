import { describe, expect, it } from 'vitest';
import schema from '../../../../compose.schema.json' with { type: 'json' };
import type { Network, Service } from '../../../../src/compose/types.ts';
import { checkBuilds, checkSupport } from '../../../../src/plan/support/check-support.ts';
import { sections } from '../../../../src/plan/support/sections.ts';
import { fakeCapabilities } from '../../../../src/podman/fake/fake-capabilities.ts';
import { loadedFrom } from '../../../support/projects.ts';

function said(
  service: Partial<Service>,
  more: Parameters<typeof loadedFrom>[1] = {},
  capabilities: typeof fakeCapabilities | undefined = fakeCapabilities,
): string[] {
  const loaded = loadedFrom({ web: service }, more);
  const request = { loaded, services: ['web'], capabilities };
  return [...checkSupport(request), ...checkBuilds(request)].map(
    ({ severity, code, message, span }) => `${span?.path} ${severity} ${code} ${message}`,
  );
}

describe('what Podman cannot carry out', () => {
  it('says nothing about what it can', () => {
    expect(said({ cap_add: ['ALL'], deploy: { mode: 'replicated', placement: {} }, models: {} })).toEqual([]);
  });

  it('warns of what has no effect', () => {
    expect(
      said({
        cpu_count: 2,
        runtime: 'kata',
        domainname: 'x.test',
        memswap_limit: '-1',
        deploy: { mode: 'global', endpoint_mode: 'vip', labels: { a: 'b' } },
        volumes: [{ type: 'bind', source: '/a', target: '/a', consistency: 'cached' }],
        build: { context: '/c', sbom: true, cache_to: ['type=gha', 'host/name'] },
      }),
    ).toEqual([
      'services.web.cpu_count warning W_UNSUPPORTED service "web": cpu_count is for Windows containers and has no effect',
      'services.web.runtime warning W_UNSUPPORTED service "web": Podman takes the runtime from its own settings: runtime has no effect',
      'services.web.domainname warning W_UNSUPPORTED service "web": domainname has an effect only together with hostname',
      'services.web.memswap_limit warning W_UNSUPPORTED service "web": Podman has no unlimited swap: twice the memory limit is used',
      'services.web.deploy.mode warning W_UNSUPPORTED service "web": deploy.mode is for clusters and has no effect',
      'services.web.deploy.endpoint_mode warning W_UNSUPPORTED service "web": deploy.endpoint_mode is for clusters and has no effect',
      'services.web.deploy.labels warning W_UNSUPPORTED service "web": labels of a service belong to clusters: deploy.labels are not set on containers',
      'services.web.volumes.0.consistency warning W_UNSUPPORTED service "web": mounts are always consistent: consistency has no effect',
      'services.web.build.sbom warning W_UNSUPPORTED service "web": Buildah has no SBOM attestations',
      'services.web.build.cache_to warning W_UNSUPPORTED service "web": Podman keeps build caches in registries only: other entries of cache_to have no effect',
    ]);
  });

  it('refuses what changes data, security or the network', () => {
    expect(
      said(
        {
          external_links: ['db'],
          provider: { type: 'x' },
          networks: { default: { link_local_ips: ['169.254.1.1'] } },
        },
        {
          networks: { default: { name: 'n', ipam: {}, enable_ipv4: false } as Network },
          secrets: { s: { name: 's', driver: 'vault' } },
          configs: { c: { name: 'c', file: '/c', template_driver: 'golang' } },
        },
      ),
    ).toEqual([
      'services.web.external_links error E_UNSUPPORTED service "web": Podman has no links to containers of other projects',
      'services.web.provider error E_UNSUPPORTED service "web": services of an external provider cannot be run yet',
      'services.web.networks.default.link_local_ips error E_UNSUPPORTED service "web": Podman gives no link-local addresses of choice',
      'networks.default.enable_ipv4 error E_UNSUPPORTED network "default": Podman makes no network without IPv4 unless all its subnets are IPv6',
      'secrets.s.driver error E_UNSUPPORTED secret "s": secrets of a driver are kept by a cluster and cannot be had',
      'configs.c.template_driver error E_UNSUPPORTED config "c": templates are not filled in: the container would get the raw text',
    ]);
  });

  it('knows what only some engines cannot', () => {
    const swappiness: Partial<Service> = { mem_swappiness: 10 };
    expect(said(swappiness)).toEqual([
      'services.web.mem_swappiness warning W_UNSUPPORTED service "web": mem_swappiness needs cgroups v1',
    ]);
    expect(said(swappiness, {}, { ...fakeCapabilities, cgroupVersion: 1 })).toEqual([]);
  });

  it('looks at the named services only', () => {
    const loaded = loadedFrom({ a: { cpu_count: 1 }, b: { cpu_count: 1 } });
    const found = checkSupport({ loaded, services: ['b'], capabilities: undefined });
    expect(found.map(({ span }) => span?.path)).toEqual(['services.b.cpu_count']);
  });
});

describe('the tables', () => {
  type Properties = Readonly<Record<string, unknown>>;
  const defs = schema.$defs as unknown as Readonly<Record<string, { properties?: Properties }>>;
  /** Attributes that loading uses up, and what is not of the canonical model. */
  const gone = new Set(['extends', 'include', 'version']);

  it.each([
    ['Top level', schema.properties as Properties],
    ['services.*', defs['service']?.properties],
    ['services.*.healthcheck', defs['healthcheck']?.properties],
    ['services.*.deploy', defs['deploy']?.properties],
    ['networks.*', defs['network']?.properties],
    ['volumes.*', defs['volume']?.properties],
  ])('of %s have a row for each attribute of the schema', (title, properties) => {
    const fields = sections.find((section) => section.title === title)?.fields ?? {};
    const known = Object.keys(properties ?? {}).filter((key) => !gone.has(key) && !key.startsWith('x-'));
    expect(Object.keys(fields).sort()).toEqual(known.sort());
  });
});
