import { writeMode } from '../layer/octal.ts';
import type { CopyWork } from '../types.ts';

/** COPY or ADD for Buildah, in the form of a list, which no blank or quote can break. */
export function copyLine(work: CopyWork): string {
  const flags = [
    ...(work.from.kind === 'image' ? ['--from=tscompose-from'] : []),
    ...(work.chown === undefined ? [] : [`--chown=${work.chown}`]),
    ...(work.mode === undefined ? [] : [`--chmod=${writeMode(work.mode)}`]),
    ...(work.parents ? ['--parents'] : []),
    ...work.excludes.map((pattern) => `--exclude=${pattern}`),
  ];
  const paths = [...work.patterns, work.dest].map((path) => path.replaceAll('$', '\\$'));
  return [work.add ? 'ADD' : 'COPY', ...flags, JSON.stringify(paths)].join(' ');
}
