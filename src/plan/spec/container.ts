/** One canonical service, placed, as the body of libpod's create call. */
import { digestOf } from '../../base/digest.ts';
import type { Loaded } from '../../compose/types.ts';
import type { ContainerSpec } from '../../podman/spec.ts';
import { composeVersion, labels, rootfsOf } from '../names.ts';
import { volumeLabels } from '../set-aside-volumes.ts';
import { compact, type SpecContext } from './context.ts';
import { mountSpec } from './mounts.ts';
import { networkSpec } from './network.ts';
import { processSpec } from './process.ts';
import { resourceSpec } from './resources.ts';

export interface ContainerRequest extends SpecContext {
  readonly loaded: Pick<Loaded, 'workingDir' | 'files' | 'envFiles'>;
  readonly container: string;
  readonly number: number;
  readonly imageReference: string;
  /** Name of the pod; undefined outside of one. */
  readonly pod: string | undefined;
  readonly configHash: string;
  readonly digests: SpecContext['digests'];
  /** Digest per attribute, kept in a label. */
  readonly attributeDigests: Readonly<Record<string, string>>;
  readonly keptVolumes: Readonly<Record<string, string>>;
}

export function containerSpec(request: ContainerRequest): {
  spec: ContainerSpec;
  makeDirectories: readonly string[];
} {
  const mounts = mountSpec(request, request.keptVolumes);
  const spec: ContainerSpec = compact({
    ...processSpec(request),
    ...resourceSpec(request),
    ...networkSpec(request, request.container),
    ...mounts.spec,
    ...platform(request),
    ...podmanOnly(request),
    annotations: request.service.annotations ?? {},
    name: request.container,
    // Podman takes one of the two.
    image: rootfsOf(request.service) === undefined ? request.imageReference : '',
    ...(request.pod === undefined ? {} : { pod: request.pod }),
    labels: { ...containerLabels(request), ...volumeLabels(request.keptVolumes, mounts.spec.volumes ?? []) },
  });
  return { spec, makeDirectories: mounts.makeDirectories };
}

function platform({ service }: SpecContext): Partial<ContainerSpec> {
  const [os, arch, variant] = (service.platform ?? '').split('/');
  return {
    ...(os ? { image_os: os } : {}),
    ...(arch ? { image_arch: arch } : {}),
    ...(variant ? { image_variant: variant } : {}),
  };
}

/** What only Podman has, under `x-podman`. */
function podmanOnly({ service }: SpecContext): Partial<ContainerSpec> {
  const own = service['x-podman'] as
    | {
        uidmaps?: readonly string[];
        gidmaps?: readonly string[];
        no_hosts?: boolean | string;
      }
    | undefined;
  const { uidmaps, gidmaps } = own ?? {};
  const rootfs = rootfsOf(service);
  return {
    ...(rootfs ? { rootfs } : {}),
    ...(String(own?.no_hosts ?? false) === 'true' ? { use_image_hosts: true } : {}),
    ...(uidmaps || gidmaps
      ? {
          userns: { nsmode: 'private' },
          idmappings: {
            HostUIDMapping: false,
            HostGIDMapping: false,
            UIDMap: idMap(uidmaps ?? gidmaps),
            GIDMap: idMap(gidmaps ?? uidmaps),
          },
        }
      : {}),
  };
}

/** "CONTAINER:HOST:SIZE" */
function idMap(maps: readonly string[] | undefined): unknown[] {
  return (maps ?? []).map((map) => {
    const [container = '0', host = '0', size = '1'] = map.split(':');
    return { container_id: Number(container), host_id: Number(host), size: Number(size) };
  });
}

function containerLabels(request: ContainerRequest): Record<string, string> {
  const { service, project, loaded, name } = request;
  const dependencies = Object.entries(service.depends_on ?? {}).map(
    ([need, { condition, restart }]) => `${need}:${condition}:${restart === true}`,
  );
  return {
    ...service.labels,
    [labels.project]: project.name,
    [labels.service]: name,
    [labels.number]: String(request.number),
    [labels.oneoff]: 'False',
    [labels.configHash]: request.configHash,
    [labels.workingDir]: loaded.workingDir,
    [labels.configFiles]: loaded.files.join(','),
    ...(loaded.envFiles.length > 0 ? { [labels.environmentFile]: loaded.envFiles.join(',') } : {}),
    [labels.dependsOn]: dependencies.join(','),
    [labels.image]: request.image?.id ?? '',
    [labels.version]: composeVersion,
    [labels.podmanProject]: project.name,
    [labels.podmanService]: name,
    [labels.own]: project.name,
    [labels.digests]: JSON.stringify(request.attributeDigests),
    [labels.ports]: JSON.stringify(
      (service.ports ?? []).map(({ host_ip, target, published, protocol }) => ({
        host_ip,
        target,
        published,
        protocol,
      })),
    ),
  };
}

/** Twelve hex digits: enough to tell two values apart, not to find one out. */
export function shortDigest(value: unknown): string {
  return digestOf(value).slice(0, 12);
}
