/** `build --push`: what was built is pushed, under each of its names. */
import type { ImageBuild } from '../build/types.ts';
import { repositoryOf } from './cache-repository.ts';
import type { Action, ImagePush } from './types.ts';

/**
 * @param builds - the builds; all others count for nothing
 * @param done - what there is to be done: an image that needs nothing is pushed at once
 */
export function pushesOf(builds: readonly Action[], done: readonly Action[]): ImagePush[] {
  const ids = new Set(done.map(({ id }) => id));
  return builds.flatMap((build) =>
    build.kind === 'image.build' ? ofOneImage(build, ids.has(build.id)) : [],
  );
}

/** A registry that is given one manifest twice at once may read a half of it ("digest invalid"): to each, name by name. */
function ofOneImage({ id, tags, service }: ImageBuild, isDoneFirst: boolean): ImagePush[] {
  const last = new Map<string, string>();
  return tags.map((reference) => {
    const registry = repositoryOf(reference).split('/', 1)[0] ?? '';
    const before = last.get(registry) ?? (isDoneFirst ? id : undefined);
    const push = `image.push/${reference}`;
    last.set(registry, push);
    return {
      kind: 'image.push',
      id: push,
      needs: before === undefined ? [] : [before],
      reason: '--push',
      service,
      reference,
      optional: false,
    };
  });
}
