/** What becomes of Podman's own attributes, under `x-podman` of a project, service, network, attachment or secret. */
import type { PodmanNames } from '../../compose/types.ts';
import { type Disposition, leaveOut, type Refusal } from './disposition.ts';

/** One disposition for each name that is known there. */
type PodmanDispositions<Place extends keyof PodmanNames> = Readonly<Record<PodmanNames[Place], Disposition>>;

/** Said by the loader. */
const alwaysCompatible = {
  by: 'loader',
  as: 'nothing: it is always so',
  except: {
    unsupported: 'warning',
    values: 'false',
    why: 'networks and names are always those of docker compose',
    hint: 'leave it out; name_separator_compat: false gives names with "_"',
  },
} as const satisfies Disposition;

export const podmanProjectFields = {
  default_net_behavior_compat: alwaysCompatible,
  default_net_name_compat: alwaysCompatible,
  docker_compose_compat: alwaysCompatible,
  in_pod: { by: 'planner', as: 'false: the project has no pod' },
  name_separator_compat: { by: 'planner', as: 'false: names have "_" between their parts' },
  pod_args: {
    unsupported: 'warning',
    why: 'the pod is made over the API',
    hint: 'its settings come from the services; in_pod: false does without a pod',
  },
} as const satisfies PodmanDispositions<'project'>;

export const podmanServiceFields = {
  gidmaps: { by: 'container', as: 'idmappings.GIDMap' },
  no_hosts: { by: 'container', as: 'use_image_hosts' },
  rootfs: { by: 'container', as: 'rootfs' },
  share_network: { by: 'planner', as: 'false: the container has a network namespace of its own' },
  uidmaps: { by: 'container', as: 'idmappings.UIDMap' },
} as const satisfies PodmanDispositions<'services'>;

const needsNewer = {
  unsupported: 'error',
  values: 'Podman before 4.5',
  hint: 'use a newer Podman, or leave it out',
  when: (_value, _network, capabilities) => capabilities?.has.networkRoutes === false,
} as const satisfies Omit<Refusal, 'why'>;

export const podmanNetworkFields = {
  disable_dns: { by: 'network', as: 'dns_enabled' },
  dns: {
    by: 'network',
    as: 'network_dns_servers',
    except: { ...needsNewer, why: 'this Podman gives networks no name servers (x-podman.dns)' },
  },
  routes: {
    by: 'network',
    as: 'routes',
    except: { ...needsNewer, why: 'this Podman gives networks no routes (x-podman.routes)' },
  },
} as const satisfies PodmanDispositions<'networks'>;

export const podmanAttachmentFields = {
  interface_name: { by: 'container', as: 'Networks.NAME.interface_name' },
  mac_address: { by: 'container', as: 'Networks.NAME.static_mac' },
} as const satisfies PodmanDispositions<'attachments'>;

export const podmanSecretFields = {
  relabel: {
    unsupported: 'warning',
    why: 'secrets are kept by Podman and not mounted from files',
    hint: leaveOut,
  },
} as const satisfies PodmanDispositions<'secrets'>;
