/** The project's name: -p, COMPOSE_PROJECT_NAME, the last `name` of the files, the directory's name. */
import { basename } from 'node:path';
import { refuse } from './advice.ts';
import type { LoadContext } from './context.ts';
import { interpolate } from './interpolate.ts';
import { scalarText } from './merge.ts';
import { isMap, type Node, spanOf, text, textOf } from './node.ts';

export interface NameRequest {
  /** Of the command line. */
  readonly projectName?: string;
  /** A name of the files is taken as it is written. */
  readonly noNormalize?: boolean;
}

/**
 * Names the project before anything else of its files is read, since `${COMPOSE_PROJECT_NAME}` may be used in all of them.
 *
 * @param documents - of the project's own files, in order
 * @throws {ComposeError} `E_PROJECT_NAME`
 */
export function nameProject(request: NameRequest, documents: readonly Node[], context: LoadContext): string {
  const given = request.projectName || context.environment.get('COMPOSE_PROJECT_NAME');
  if (given) return checked(given);
  const written = writtenName(documents);
  const file = written ? (textOf(interpolate(written, context)) ?? '') : undefined;
  const named = file === undefined || request.noNormalize ? file : normalName(file);
  const name = named ?? normalName(basename(context.workingDir));
  if (name !== '') return name;
  const span = spanOf(written);
  throw refuse('E_PROJECT_NAME', 'the project name must not be empty', {
    ...(span ? { span } : {}),
    hint: 'give it a name with -p or a top-level name:',
  });
}

function writtenName(documents: readonly Node[]): Node | undefined {
  let name: Node | undefined;
  for (const document of documents) {
    const node = isMap(document) ? document.get('name') : undefined;
    if (node?.kind !== 'scalar' || node.value === null || node.value === '') continue;
    name = typeof node.value === 'string' ? node : text(scalarText(node), node);
  }
  return name;
}

function checked(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw refuse(
    'E_PROJECT_NAME',
    `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    { hint: `try "${normalName(name) || 'app'}"` },
  );
}

/** Lower case, only letters, digits, `_` and `-`, starting with a letter or digit. */
export function normalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
