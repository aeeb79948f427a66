/** What this Podman can do. The only file with version tests. */
import { existsSync } from 'node:fs';
import gte from 'semver/functions/gte.js';
import type { HardLimits } from './hard-limits.ts';
import type { IdRange } from './spec.ts';
import type { Capabilities, Feature, StorePlace } from './types.ts';

/** The part of `/info` that is needed; asking costs 200 ms on old engines, so it is kept (see `connect.ts`). */
export type EngineInfo = Omit<Capabilities, 'remote' | 'url' | 'hardLimits' | 'has'>;

interface RawInfo {
  host: {
    arch: string;
    os: string;
    cpus: number;
    cgroupVersion: string;
    logDriver: string;
    ociRuntime?: { name?: string; path?: string };
    security: { rootless: boolean };
    idMappings?: { uidmap?: readonly RawIdRange[] | null; gidmap?: readonly RawIdRange[] | null };
  };
  version: { Version: string };
  store?: {
    graphRoot?: string;
    graphDriverName?: string;
    graphOptions?: Readonly<Record<string, unknown>> | null;
    graphStatus?: Readonly<Record<string, string>> | null;
  };
}

interface RawIdRange {
  container_id: number;
  host_id: number;
  size: number;
}

export function readInfo(raw: unknown): EngineInfo {
  const info = raw as RawInfo;
  return {
    version: info.version.Version.replace(/[-+].*$/, ''),
    rootless: info.host.security.rootless,
    cgroupVersion: info.host.cgroupVersion === 'v2' ? 2 : 1,
    runtime: info.host.ociRuntime?.name ?? 'unknown',
    ...(info.host.ociRuntime?.path ? { runtimePath: info.host.ociRuntime.path } : {}),
    logDriver: info.host.logDriver,
    cpus: info.host.cpus,
    os: info.host.os,
    arch: info.host.arch,
    ...storeOf(info),
  };
}

function storeOf({ store, host }: RawInfo): { store?: StorePlace } {
  if (!store?.graphRoot || !store.graphDriverName) return {};
  const options = Object.keys(store.graphOptions ?? {});
  const mountProgram = options.some((name) => name.endsWith('.mount_program'));
  const plainUpper = store.graphStatus?.['Native Overlay Diff'] === 'true';
  const { graphRoot, graphDriverName: driver } = store;
  return { store: { graphRoot, driver, mountProgram, plainUpper, ...mappingsOf(host) } };
}

function mappingsOf({ idMappings }: RawInfo['host']): Pick<StorePlace, 'idMappings'> {
  const { uidmap, gidmap } = idMappings ?? {};
  if (!uidmap?.length || !gidmap?.length) return {};
  const range = ({ container_id: inImage, host_id: onHost, size }: RawIdRange): IdRange => ({
    inImage,
    onHost,
    size,
  });
  return { idMappings: { uid: uidmap.map(range), gid: gidmap.map(range) } };
}

/** The oldest Podman that is supported. */
export const oldest = '4.3.0';

export function isTooOld(version: string): boolean {
  return !gte(version, oldest);
}

export function capabilitiesOf(
  info: EngineInfo,
  { url, remote }: { readonly url: string; readonly remote: boolean },
  limits: HardLimits | undefined,
): Capabilities {
  const from = (version: string): boolean => gte(info.version, version);
  const has: Record<Feature, boolean> = {
    // Podman makes systemd timers for health checks; on the engine's own machine their absence shows.
    healthTimers: remote ? from('4.3.0') : existsSync('/run/systemd/system'),
    waitHealthy: from('4.6.0'),
    podStartLock: from('5.0.0'),
    volumeSubpath: from('5.4.0'),
    imageSubpath: from('5.5.0'),
    readWriteTmpfs: from('4.4.0'),
    hostGateway: from('4.7.0'),
    // Tried: false with 4.3.1, true with 5.8.6. Before it, the directory of secrets is read-only with the root.
    secretsInReadOnly: from('5.0.0'),
    secretReplace: from('4.7.0'),
    secretLabels: from('4.5.0'),
    networkDriverOpts: from('5.0.0'),
    networkRoutes: from('4.5.0'),
    rlimitMinusOne: from('5.0.0'),
    keepsUlimits: from('5.0.0'),
    startupHealthcheck: from('4.4.0'),
    podAndContainerMayShareName: from('4.8.0'),
    resourceLimits: !(info.rootless && info.cgroupVersion === 1),
    updateRestartPolicy: from('5.0.0'),
    // Tried: false with 4.3.1, true with 5.8.6. What lies between takes no pod lock for a stop, so nothing is lost there.
    killStops: from('5.5.0'),
    pasta: from('4.4.0'),
    namedContextIgnore: from('5.0.0'),
    copyDoubleStar: from('5.0.0'),
    copyMakesVolumes: from('5.0.0'),
    workdirSlash: !from('5.0.0'),
    buildMountPoints: !from('5.0.0'),
  };
  return {
    version: info.version,
    rootless: info.rootless,
    remote,
    cgroupVersion: info.cgroupVersion,
    runtime: info.runtime,
    ...(info.runtimePath && !remote ? { runtimePath: info.runtimePath } : {}),
    logDriver: info.logDriver,
    cpus: info.cpus,
    os: info.os,
    arch: info.arch,
    url,
    ...(info.store && !remote ? { store: info.store } : {}),
    ...(limits === undefined || remote ? {} : { hardLimits: limits }),
    has,
  };
}
