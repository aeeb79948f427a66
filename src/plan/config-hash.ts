/**
 * Everything a container depends on, digested: its attributes, the contents of its secrets and configs, its image, the
 * definitions of its networks and volumes, and where it is placed. What does not change a container is left out.
 */
import { digestOf } from '../base/digest.ts';
import type { Loaded, Service } from '../compose/types.ts';
import type { ObservedImage } from '../podman/types.ts';
import { shortDigest } from './spec/container.ts';
import type { Placement } from './types.ts';

/** Raised when the meaning of the hash changes: containers of an older version are then recreated, and told so. */
const hashVersion = 1;

const ignored = new Set([
  'build',
  'pull_policy',
  'pull_refresh_after',
  'scale',
  'depends_on',
  'profiles',
  'develop',
  'attach',
  'post_start',
  'pre_stop',
  'env_file',
  'label_file',
]);

export interface HashInput {
  readonly loaded: Pick<Loaded, 'project' | 'digests'>;
  readonly service: Service;
  readonly image: ObservedImage | null;
  readonly placement: Placement;
}

/** One digest per attribute; keys say what changed: "environment", "image id", "secret db_password". */
export function attributeDigests({ loaded, service, image, placement }: HashInput): Record<string, string> {
  const result: Record<string, string> = { version: String(hashVersion) };
  for (const [key, value] of Object.entries(service)) {
    if (ignored.has(key) || value === null) continue;
    const counting = key === 'deploy' ? withoutReplicas(service.deploy) : value;
    if (counting !== undefined) result[key] = shortDigest(counting);
  }
  if (image) result['image id'] = image.id.slice(0, 12);
  if (placement.kind !== 'pod') result['placement'] = placement.kind;
  return { ...result, ...resourceDigests(loaded, service) };
}

/** How many there are changes none of them; what is left empty is as if it had not been written. */
function withoutReplicas({ replicas, ...rest }: NonNullable<Service['deploy']> = {}): object | undefined {
  const said = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Labels of a volume that is there stay as they are: it is never made anew for them. */
function volumeOf({ volumes }: Loaded['project'], source: string): unknown {
  const volume = volumes?.[source];
  return volume ? { ...volume, labels: undefined } : null;
}

/** Definitions of networks and volumes, contents of secrets and configs. */
function resourceDigests(
  { project, digests }: HashInput['loaded'],
  service: Service,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of Object.keys(service.networks ?? {}))
    result[`network ${name}`] = shortDigest(project.networks?.[name] ?? null);
  for (const { type, source } of service.volumes ?? []) {
    if (type === 'volume' && source) result[`volume ${source}`] = shortDigest(volumeOf(project, source));
  }
  for (const { source } of service.secrets ?? [])
    result[`secret ${source}`] = shortDigest([project.secrets?.[source], digests.secrets[source]]);
  for (const { source } of service.configs ?? [])
    result[`config ${source}`] = shortDigest([project.configs?.[source], digests.configs[source]]);
  return result;
}

export function configHash(attributes: Readonly<Record<string, string>>): string {
  return digestOf(attributes);
}

/** The attributes that differ, sorted; undefined when the old ones are not known. */
export function changedAttributes(
  before: string | undefined,
  now: Readonly<Record<string, string>>,
): string[] | undefined {
  if (before === undefined) return undefined;
  try {
    const old = JSON.parse(before) as Record<string, string>;
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
      .filter((key) => old[key] !== now[key])
      .sort();
  } catch {
    return undefined;
  }
}
