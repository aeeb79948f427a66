/** The tables of dispositions by where their attributes stand, in the order that the documentation shows them. */
import type { Disposition } from './disposition.ts';

export type { Disposition };

import {
  buildFields,
  fileObjectFields,
  ipamFields,
  modelFields,
  networkFields,
  poolFields,
  projectFields,
  volumeFields,
} from './model-fields.ts';
import {
  podmanAttachmentFields,
  podmanNetworkFields,
  podmanProjectFields,
  podmanSecretFields,
  podmanServiceFields,
} from './podman-fields.ts';
import { serviceFields } from './service-fields.ts';
import {
  blkioFields,
  dependencyFields,
  deployFields,
  deviceFields,
  fileMountFields,
  healthFields,
  hookFields,
  limitFields,
  loggingFields,
  portFields,
  reservationFields,
  serviceNetworkFields,
  volumeMountFields,
} from './service-parts.ts';

export interface Section {
  readonly title: string;
  readonly fields: Readonly<Record<string, Disposition>>;
}

export const sections: readonly Section[] = [
  { title: 'Top level', fields: projectFields },
  { title: 'services.*', fields: serviceFields },
  { title: 'services.*.build', fields: buildFields },
  { title: 'services.*.deploy', fields: deployFields },
  { title: 'services.*.deploy.resources.limits', fields: limitFields },
  { title: 'services.*.deploy.resources.reservations', fields: reservationFields },
  { title: 'services.*.deploy.resources.reservations.devices.*, services.*.gpus.*', fields: deviceFields },
  { title: 'services.*.depends_on.*', fields: dependencyFields },
  { title: 'services.*.blkio_config', fields: blkioFields },
  { title: 'services.*.healthcheck', fields: healthFields },
  { title: 'services.*.logging', fields: loggingFields },
  { title: 'services.*.networks.*', fields: serviceNetworkFields },
  { title: 'services.*.ports.*', fields: portFields },
  { title: 'services.*.post_start.*, services.*.pre_stop.*', fields: hookFields },
  { title: 'services.*.secrets.*, services.*.configs.*', fields: fileMountFields },
  { title: 'services.*.volumes.*', fields: volumeMountFields },
  { title: 'networks.*', fields: networkFields },
  { title: 'networks.*.ipam', fields: ipamFields },
  { title: 'networks.*.ipam.config.*', fields: poolFields },
  { title: 'volumes.*', fields: volumeFields },
  { title: 'secrets.*, configs.*', fields: fileObjectFields },
  { title: 'models.*', fields: modelFields },
  { title: 'x-podman', fields: podmanProjectFields },
  { title: 'services.*.x-podman', fields: podmanServiceFields },
  { title: 'services.*.networks.*.x-podman', fields: podmanAttachmentFields },
  { title: 'networks.*.x-podman', fields: podmanNetworkFields },
  { title: 'secrets.*.x-podman', fields: podmanSecretFields },
];
