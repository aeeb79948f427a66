/** Finds an image's Containerfile and its ignore file. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fail } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { ignoreFileNames } from '../../containerfile/ignore.ts';
import type { BuildRequest, IgnoreFile } from '../types.ts';
import type { GraphWorld } from './world.ts';

export interface FoundContainerfile {
  readonly text: string;
  readonly path: string;
  readonly ignoreFile?: IgnoreFile;
}

/** @throws {ComposeError} `E_FILE_NOT_FOUND` */
export function readContainerfile(
  request: Pick<BuildRequest, 'context' | 'dockerfile' | 'dockerfileInline'>,
  service: string,
  world: Pick<GraphWorld, 'readText' | 'isFolder'>,
  span: Span | undefined,
): FoundContainerfile {
  const { context } = request;
  if (!world.isFolder(context))
    throw fail(
      'E_FILE_NOT_FOUND',
      `the build context ${context} of service "${service}" is not a directory`,
      {
        ...(span ? { span } : {}),
        hint: 'correct build.context',
      },
    );
  if (request.dockerfileInline !== undefined) {
    const path = `dockerfile_inline of ${service}`;
    return { text: request.dockerfileInline, path, ...ignoreOf(undefined, context, world) };
  }
  for (const path of candidates(request)) {
    const text = world.readText(path);
    if (text !== undefined) return { text, path, ...ignoreOf(path, context, world) };
  }
  throw fail('E_FILE_NOT_FOUND', `${candidates(request)[0]} of service "${service}" does not exist`, {
    ...(span ? { span } : {}),
    hint: 'make it, or correct build.dockerfile',
  });
}

/** The default name of the Compose Specification, then Podman's own. */
function candidates({
  context,
  dockerfile = 'Dockerfile',
}: Pick<BuildRequest, 'context' | 'dockerfile'>): string[] {
  if (dockerfile !== 'Dockerfile') return [isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)];
  return ['Dockerfile', 'Containerfile'].map((name) => join(context, name));
}

function ignoreOf(
  file: string | undefined,
  context: string,
  { readText }: Pick<GraphWorld, 'readText'>,
): { ignoreFile?: IgnoreFile } {
  const { beside, inContext } = ignoreFileNames(file === undefined ? '' : basename(file));
  const paths = [
    ...(file === undefined ? [] : beside.map((name) => join(dirname(file), name))),
    ...inContext.map((name) => join(context, name)),
  ];
  for (const path of paths) {
    const text = readText(path);
    if (text !== undefined) return { ignoreFile: { path, text } };
  }
  return {};
}
