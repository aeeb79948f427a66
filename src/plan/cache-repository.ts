/**
 * The repository of an entry of `cache_from` or `cache_to`: `type=registry,ref=HOST/NAME:TAG`, or the name alone. Results of
 * steps are its tags, so a tag that is named says nothing.
 *
 * @param cache - as written
 * @returns `HOST/NAME`; undefined: a kind of cache that Podman does not have
 * @see https://github.com/compose-spec/compose-spec/blob/main/build.md#cache_from
 */
export function cacheRepository(cache: string): string | undefined {
  const reference = cache.includes('=') ? refOf(cache) : cache;
  if (reference === undefined || reference === '') return undefined;
  return repositoryOf(reference);
}

/** @returns `HOST/NAME` of an image's reference, without its tag and digest */
export function repositoryOf(reference: string): string {
  const [name = ''] = reference.split('@');
  return withRegistry(name.replace(/:[^:/]*$/, ''));
}

function refOf(cache: string): string | undefined {
  const fields = new Map(
    cache.split(',').map((field): [string, string] => {
      const [key = '', value = ''] = field.split(/=(.*)/s);
      return [key.trim(), value.trim()];
    }),
  );
  return fields.get('type') === 'registry' ? fields.get('ref') : undefined;
}

function withRegistry(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]/.test(first) || first === 'localhost' ? name : `docker.io/${name}`;
}
