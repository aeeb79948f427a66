import { userLine, workdirLine } from '../graph/lines.ts';
import { writeMode } from '../layer/octal.ts';
import type { CopyWork } from '../types.ts';

/** COPY or ADD for Buildah, with the directories around it: the working directory is made by the line that names it. */
export function copyLines(work: CopyWork): string[] {
  const { volumes, workingDir, user } = work.around;
  return [
    'WORKDIR /',
    ...(volumes.length === 0 ? [] : [`VOLUME ${JSON.stringify(volumes)}`]),
    copyLine(work),
    ...(workingDir === '/' ? [] : [userLine(user || '0'), workdirLine(workingDir)]),
  ];
}

/** COPY or ADD, in the form of a list, which no blank or quote can break. */
function copyLine(work: CopyWork): string {
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
