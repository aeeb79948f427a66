/**
 * The names of a project's services, kept from one command to the next. Those that only show containers need nothing else of a compose
 * file, and reading it would be the larger part of their time. Like a kept answer they hold while the files that they were read from are
 * as they were, and hang on the environment and on all that chooses a project.
 */
import type { Loaded } from '../../compose/types.ts';
import type { Session } from '../session.ts';
import { answerPlace, readAnswer } from './answer-place.ts';
import { lookAt } from './file-look.ts';
import { type Looks, SeenFiles } from './seen-files.ts';
import { writeAnswer } from './write-answer.ts';

export interface KnownServices {
  /** Its name. */
  readonly project: string;
  /** Also those that no profile enables. */
  readonly services: readonly string[];
}

/** As in the file. */
interface Kept {
  readonly form: 'services 1';
  readonly files: Looks;
  readonly known: KnownServices;
}

export function servicesOf({ project, disabledServices }: Loaded): KnownServices {
  return {
    project: project.name,
    services: [...Object.keys(project.services), ...Object.keys(disabledServices)],
  };
}

/**
 * Loads the project, and prints what was said about it, unless all is known already.
 *
 * @throws {ComposeError} the loader's
 */
export async function knownServices(session: Session): Promise<KnownServices> {
  const path = placeOf(session);
  if (path === undefined) return servicesOf(await session.load());
  const kept = readKept(path);
  if (kept) return kept;
  const seen = new SeenFiles(Date.now());
  const loaded = await session.load(seen.reading());
  const known = servicesOf(loaded);
  const files = seen.looks();
  // What is said of the files has to be said each time.
  if (files && loaded.diagnostics.length === 0)
    writeAnswer(path, { form: 'services 1', files, known } satisfies Kept);
  return known;
}

function placeOf(session: Session): string | undefined {
  const { code, cwd } = session;
  if (code === undefined) return undefined;
  const { env, files, envFiles, profiles, projectDirectory, projectName } = session.loadRequest();
  const question = ['services', files, envFiles, profiles, projectDirectory, projectName];
  return answerPlace({ question, cwd, env, code });
}

function readKept(path: string): KnownServices | undefined {
  try {
    const { form, files, known } = readAnswer(path) as Kept;
    const holds = form === 'services 1' && files.every(([file, look]) => lookAt(file) === look);
    return holds ? known : undefined;
  } catch {
    return undefined;
  }
}
