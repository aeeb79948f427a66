/** Cases where we do not repeat what docker compose 2.40.3 does, each with its reason; `docs/compose-deviations.md` tells users. */
export const deviations: Readonly<Record<string, string>> = {
  '0095-interp-default-evaluated-eagerly': 'a default that is not needed is not evaluated, so it cannot fail',
  '0514-build-ssh-forms': 'docker compose cannot print an ssh key with a path as JSON',
  '0515-build-no-cache-filter': 'build.no_cache_filter is in the specification since',
  '0599-misc-hooks-pre-start': 'pre_start is in the specification since',
  '0641-null-pid': 'docker compose panics; null is nothing written',
};
