/** `--resolve-image-digests` and `--lock-image-digests`. */
import { fail } from '../../base/errors.ts';
import type { Project, Service } from '../../compose/types.ts';

/**
 * Pins every image that names no digest.
 *
 * @throws {ComposeError} `E_ENGINE_UNREACHABLE` when nobody can be asked for digests
 */
export async function withDigests(
  project: Project,
  imageDigest: ((image: string) => Promise<string>) | undefined,
): Promise<Project> {
  if (!imageDigest) {
    throw fail('E_ENGINE_UNREACHABLE', 'image digests need Podman to ask the registry', {
      hint: 'install podman, or leave out --resolve-image-digests and --lock-image-digests',
    });
  }
  const asked = new Map<string, Promise<string>>();
  const pin = async (service: Service): Promise<Service> => {
    const { image } = service;
    if (image === undefined || image.includes('@')) return service;
    const digest = asked.get(image) ?? imageDigest(image);
    asked.set(image, digest);
    return { ...service, image: `${image}@${await digest}` };
  };
  const services = await Promise.all(
    Object.entries(project.services).map(async ([name, service]) => [name, await pin(service)] as const),
  );
  return { ...project, services: Object.fromEntries(services) };
}

/** An override file that pins the images and says nothing else. */
export function lockedImages(project: Project): unknown {
  const images = Object.entries(project.services).flatMap(([name, { image }]) =>
    image === undefined ? [] : [[name, { image }]],
  );
  return { services: Object.fromEntries(images) };
}
