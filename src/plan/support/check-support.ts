/** Says of each attribute of a project that Podman cannot carry out what is lost; what changes security, data or the network is an error. */

import type { Diagnostic } from '../../base/diagnostic.ts';
import { own } from '../../base/own.ts';
import type { Loaded, Service } from '../../compose/types.ts';
import type { Capabilities } from '../../podman/types.ts';
import type { Disposition, Refusal } from './disposition.ts';
import {
  buildFields,
  fileObjectFields,
  ipamFields,
  networkFields,
  poolFields,
  volumeFields,
} from './model-fields.ts';
import { podmanNetworkFields } from './podman-fields.ts';
import { serviceFields } from './service-fields.ts';
import {
  blkioFields,
  deployFields,
  deviceFields,
  fileMountFields,
  healthFields,
  hookFields,
  limitFields,
  portFields,
  reservationFields,
  serviceNetworkFields,
  volumeMountFields,
} from './service-parts.ts';

type Table = Readonly<Record<string, Disposition>>;
type Path = readonly (string | number)[];

export interface SupportRequest {
  readonly loaded: Pick<Loaded, 'project' | 'provenance'>;
  /** Services to look at. */
  readonly services: Iterable<string>;
  /** Undefined: no engine is known. */
  readonly capabilities: Capabilities | undefined;
}

/** What cannot be carried out of the given services and of the networks, volumes, secrets and configs. Build sections are `checkBuilds`'. */
export function checkSupport(request: SupportRequest): Diagnostic[] {
  const check = new Check(request);
  const { project } = request.loaded;
  for (const name of request.services) {
    const service = project.services[name];
    if (service) check.service(name, service);
  }
  for (const [name, network] of Object.entries(project.networks ?? {})) {
    check.object(networkFields, network, ['networks', name]);
    check.object(podmanNetworkFields, network['x-podman'] as object | undefined, [
      'networks',
      name,
      'x-podman',
    ]);
    check.object(ipamFields, network.ipam, ['networks', name, 'ipam']);
    check.list(poolFields, network.ipam.config, ['networks', name, 'ipam', 'config']);
  }
  for (const [name, volume] of Object.entries(project.volumes ?? {}))
    check.object(volumeFields, volume, ['volumes', name]);
  for (const section of ['secrets', 'configs'] as const) {
    for (const [name, object] of Object.entries(project[section] ?? {}))
      check.object(fileObjectFields, object, [section, name]);
  }
  return check.found;
}

/** The same for the build sections of the given services. */
export function checkBuilds(request: SupportRequest): Diagnostic[] {
  const check = new Check(request);
  for (const name of request.services)
    check.object(buildFields, request.loaded.project.services[name]?.build, ['services', name, 'build']);
  return check.found;
}

class Check {
  readonly found: Diagnostic[] = [];
  readonly #request: SupportRequest;

  constructor(request: SupportRequest) {
    this.#request = request;
  }

  service(name: string, service: Service): void {
    const at = ['services', name];
    const resources = service.deploy?.resources;
    this.object(serviceFields, service, at);
    this.object(blkioFields, service.blkio_config, [...at, 'blkio_config']);
    this.object(deployFields, service.deploy, [...at, 'deploy']);
    this.object(limitFields, resources?.limits, [...at, 'deploy', 'resources', 'limits']);
    this.object(reservationFields, resources?.reservations, [...at, 'deploy', 'resources', 'reservations']);
    this.list(deviceFields, resources?.reservations?.devices, [
      ...at,
      'deploy',
      'resources',
      'reservations',
      'devices',
    ]);
    this.list(deviceFields, service.gpus, [...at, 'gpus']);
    this.object(healthFields, service.healthcheck, [...at, 'healthcheck']);
    this.list(portFields, service.ports, [...at, 'ports']);
    for (const [key, network] of Object.entries(service.networks ?? {}))
      this.object(serviceNetworkFields, network ?? undefined, [...at, 'networks', key]);
    this.list(fileMountFields, service.secrets, [...at, 'secrets']);
    this.list(fileMountFields, service.configs, [...at, 'configs']);
    this.list(volumeMountFields, service.volumes, [...at, 'volumes']);
    this.list(hookFields, service.post_start, [...at, 'post_start']);
    this.list(hookFields, service.pre_stop, [...at, 'pre_stop']);
  }

  list(table: Table, items: readonly object[] | undefined, at: Path): void {
    for (const [index, item] of (items ?? []).entries()) this.object(table, item, [...at, index]);
  }

  object(table: Table, owner: object | undefined, at: Path): void {
    for (const [key, value] of Object.entries(owner ?? {})) {
      const disposition = own(table, key);
      const refusal = disposition && ('by' in disposition ? disposition.except : disposition);
      if (refusal && this.#applies(refusal, value, owner as Record<string, unknown>))
        this.#report(refusal, [...at, key]);
    }
  }

  #applies(refusal: Refusal, value: unknown, owner: Readonly<Record<string, unknown>>): boolean {
    if (value === undefined || value === null) return false;
    return refusal.when?.(value, owner, this.#request.capabilities) ?? true;
  }

  #report({ unsupported, why, hint }: Refusal, path: Path): void {
    const span = this.#request.loaded.provenance.find(path);
    const [section, name] = path;
    this.found.push({
      code: unsupported === 'error' ? 'E_UNSUPPORTED' : 'W_UNSUPPORTED',
      severity: unsupported,
      message: `${words[String(section)]} "${String(name)}": ${why}`,
      ...(span ? { span } : {}),
      hint,
    });
  }
}

const words: Readonly<Record<string, string>> = {
  services: 'service',
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
};
