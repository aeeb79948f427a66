/** Making things by name. A taken name is fine when what is there carries the labels that were asked for: an earlier try got this far. */
import { ComposeError, fail } from '../base/errors.ts';
import { listedSecret, type RawInspect, type RawPod, type RawSecret } from './decode.ts';
import type { HttpClient } from './http.ts';
import type { ContainerSpec, NetworkSpec, PodSpec, SecretSpec, VolumeSpec } from './spec.ts';
import type { CallOptions, Capabilities, Created } from './types.ts';

type Labels = Readonly<Record<string, string>>;

interface Attempt<T> {
  readonly labels: Labels;
  readonly create: () => Promise<T>;
  /** What stands in its place. */
  readonly find: () => Promise<{ readonly labels: Labels | null | undefined; readonly as: T }>;
}

async function createOwned<T>({ labels, create, find }: Attempt<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof ComposeError) || error.code !== 'E_CONFLICT') throw error;
    // Looked for with care: the name may be that of another kind of thing, or gone by now.
    const found = await find().catch(() => undefined);
    if (!found || !carries(found.labels ?? {}, labels)) throw error;
    return found.as;
  }
}

function carries(there: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => there[key] === value);
}

export async function createNetwork(
  http: HttpClient,
  spec: NetworkSpec,
  options: CallOptions,
): Promise<void> {
  await createOwned({
    labels: spec.labels,
    create: async () => {
      await http.call('POST', '/networks/create', { ...options, body: spec });
    },
    find: async () => {
      const { labels } = await http.json<{ labels?: Labels }>('GET', pathOf('networks', spec.name), options);
      return { labels, as: undefined };
    },
  });
}

export async function createVolume(http: HttpClient, spec: VolumeSpec, options: CallOptions): Promise<void> {
  const body = {
    Name: spec.name,
    Driver: spec.driver,
    Options: spec.options,
    Label: spec.labels,
    Labels: spec.labels,
  };
  await createOwned({
    labels: spec.labels,
    create: async () => {
      await http.call('POST', '/volumes/create', { ...options, body });
    },
    find: async () => {
      const { Labels } = await http.json<{ Labels?: Labels }>('GET', pathOf('volumes', spec.name), options);
      return { labels: Labels, as: undefined };
    },
  });
}

const ownLabel = 'io.tscompose.project';

/**
 * Makes a secret in place of the project's own of that name. Old engines keep our labels among the driver's options.
 *
 * @throws {ComposeError} `E_CONFLICT` when the secret there is somebody else's
 */
export async function createSecret(
  http: HttpClient,
  { spec, bytes, capabilities }: { spec: SecretSpec; bytes: Uint8Array; capabilities: Capabilities },
  options: CallOptions,
): Promise<void> {
  const labels = JSON.stringify(spec.labels);
  const kept = capabilities.has.secretLabels ? { labels } : { driver: 'file', driveropts: labels };
  const there = await http.call('GET', pathOf('secrets', spec.name), { ...options, accept: [404, 500] });
  if (there.status < 400) await removeOwnSecret(http, spec, there.text, options);
  await createOwned({
    labels: spec.labels,
    create: async () => {
      await http.call('POST', '/secrets/create', {
        ...options,
        raw: bytes,
        contentType: 'application/octet-stream',
        query: { name: spec.name, ...kept },
      });
    },
    find: async () => {
      const found = await http.json<RawSecret>('GET', pathOf('secrets', spec.name), options);
      return { labels: listedSecret(found).labels, as: undefined };
    },
  });
}

async function removeOwnSecret(
  http: HttpClient,
  spec: SecretSpec,
  text: string,
  options: CallOptions,
): Promise<void> {
  const { labels } = listedSecret(JSON.parse(text) as RawSecret);
  if (labels[ownLabel] !== spec.labels[ownLabel])
    throw fail('E_CONFLICT', `the secret name "${spec.name}" is taken by somebody else's secret`);
  const path = `/secrets/${encodeURIComponent(spec.name)}`;
  await http.call('DELETE', path, { ...options, accept: [404, 500] });
}

interface RawCreated {
  Id: string;
  Warnings?: string[] | null;
}

export function createPod(http: HttpClient, spec: PodSpec, options: CallOptions): Promise<Created> {
  return createOwned({
    labels: spec.labels,
    create: async () =>
      created(await http.json<RawCreated>('POST', '/pods/create', { ...options, body: spec })),
    find: async () => {
      const { Id, Labels } = await http.json<RawPod>('GET', pathOf('pods', spec.name), options);
      return { labels: Labels, as: created({ Id }) };
    },
  });
}

export function createContainer(
  http: HttpClient,
  spec: ContainerSpec,
  options: CallOptions,
): Promise<Created> {
  return createOwned({
    labels: spec.labels,
    create: async () =>
      created(await http.json<RawCreated>('POST', '/containers/create', { ...options, body: spec })),
    find: async () => {
      const { Id, Config } = await http.json<RawInspect>('GET', pathOf('containers', spec.name), options);
      return { labels: Config.Labels, as: created({ Id }) };
    },
  });
}

function created(raw: RawCreated): Created {
  return { id: raw.Id, warnings: raw.Warnings ?? [] };
}

function pathOf(kind: string, name: string): string {
  return `/${kind}/${encodeURIComponent(name)}/json`;
}
