/** Takes away all that a project may have left, without the help of the program under test. */
import { get, type Listed, labelFilter, libpod } from './engine.ts';
import { eventually } from './eventually.ts';

export async function removeEverything(project: string): Promise<void> {
  const own = `com.docker.compose.project=${project}`;
  await libpod('DELETE', `/pods/pod_${project}?force=true&timeout=0`);
  const containers = await get<Listed[] | null>(`/containers/json?all=true&filters=${labelFilter(own)}`);
  for (const { Id } of containers ?? [])
    await libpod('DELETE', `/containers/${Id}?force=true&volumes=true&timeout=0&depend=true`);
  const networks = await get<{ name: string }[] | null>(`/networks/json?filters=${labelFilter(own)}`);
  for (const { name } of networks ?? []) await libpod('DELETE', `/networks/${name}?force=true`);
  const volumes = await get<{ Name: string }[] | null>(`/volumes/json?filters=${labelFilter(own)}`);
  for (const { Name } of volumes ?? []) await libpod('DELETE', `/volumes/${Name}?force=true`);
  const secrets = await get<{ Spec: { Name: string } }[] | null>('/secrets/json');
  for (const { Spec } of secrets ?? [])
    if (Spec.Name.startsWith(`${project}_`)) await libpod('DELETE', `/secrets/${Spec.Name}`);
  // Podman refuses the list while another program's build takes an image away; an image left behind is no failure.
  const listing = eventually(() => get<{ RepoTags: string[] | null }[] | null>('/images/json'));
  const images = await listing.catch(() => []);
  for (const tag of (images ?? []).flatMap(({ RepoTags }) => RepoTags ?? []))
    if (tag.startsWith(`localhost/${project}-`) || tag.startsWith(`docker.io/library/${project}-`))
      await libpod('DELETE', `/images/${encodeURIComponent(tag)}?force=true`);
}

export interface World {
  readonly pods: readonly string[];
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets: readonly string[];
}

/** Every object that belongs to the project, by name, sorted. */
export async function world(project: string): Promise<World> {
  const filters = labelFilter(`com.docker.compose.project=${project}`);
  const [pods, containers, networks, volumes, secrets] = await Promise.all([
    get<{ Name: string }[] | null>('/pods/json'),
    get<Listed[] | null>(`/containers/json?all=true&filters=${filters}`),
    get<{ name: string }[] | null>(`/networks/json?filters=${filters}`),
    get<{ Name: string }[] | null>(`/volumes/json?filters=${filters}`),
    get<{ Spec: { Name: string } }[] | null>('/secrets/json'),
  ]);
  const sorted = (names: readonly string[]): string[] => [...names].sort();
  return {
    pods: sorted((pods ?? []).map(({ Name }) => Name).filter((name) => name === `pod_${project}`)),
    containers: sorted((containers ?? []).map(({ Names }) => Names[0] ?? '')),
    networks: sorted((networks ?? []).map(({ name }) => name)),
    volumes: sorted((volumes ?? []).map(({ Name }) => Name)),
    secrets: sorted(
      (secrets ?? []).map(({ Spec }) => Spec.Name).filter((name) => name.startsWith(`${project}_`)),
    ),
  };
}

/** What `world` gives when nothing is left. */
export const emptyWorld: World = { pods: [], containers: [], networks: [], volumes: [], secrets: [] };
