/** The bytes of secrets and configs. */
import { sha256 } from '../base/digest.ts';
import { refuse } from './advice.ts';
import { ReadProblem, type SourceReader } from './reader.ts';
import type { FileObject, Loaded } from './types.ts';

/**
 * Reads a secret's or config's bytes: from its file, its environment variable, or its content.
 *
 * @throws {ComposeError} `E_FILE_NOT_FOUND`, `E_FILE_UNREADABLE`, or `E_UNDEFINED` for a variable that is not set
 */
export function readFileObject(
  object: FileObject,
  values: {
    readonly environment: Readonly<Record<string, string>>;
    /** What the env file of the included model says that the object comes from. */
    readonly included: string | undefined;
  },
  reader: SourceReader,
): Uint8Array {
  if (object.content !== undefined) return new TextEncoder().encode(object.content);
  if (object.environment !== undefined) {
    const value = values.environment[object.environment] ?? values.included;
    if (value === undefined) {
      const message = `environment variable "${object.environment}" required by "${object.name}" is not set`;
      throw refuse('E_UNDEFINED', message, { hint: `set ${object.environment}` });
    }
    return new TextEncoder().encode(value);
  }
  const path = object.file ?? '';
  try {
    return reader.readBytes(path);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    const { reason, hint } = error;
    if (reason === 'missing')
      throw refuse('E_FILE_NOT_FOUND', `file ${path} of "${object.name}" does not exist`, { hint });
    throw refuse('E_FILE_UNREADABLE', `file ${path} of "${object.name}" cannot be read: it is ${reason}`, {
      hint,
    });
  }
}

/** SHA-256 of each object whose bytes can be had; missing ones are found when they are needed. */
export function digestObjects(
  { project, environment, includedValues }: Pick<Loaded, 'project' | 'environment' | 'includedValues'>,
  reader: SourceReader,
): { secrets: Record<string, string>; configs: Record<string, string> } {
  const digest = (section: 'secrets' | 'configs'): Record<string, string> => {
    const result: Record<string, string> = {};
    for (const [key, object] of Object.entries(project[section] ?? {})) {
      if (object.external) continue;
      try {
        result[key] = sha256(
          readFileObject(object, { environment, included: includedValues?.[`${section}.${key}`] }, reader),
        );
      } catch {
        // Reported when the object is made; `config` and `ps` do not need it.
      }
    }
    return result;
  };
  return { secrets: digest('secrets'), configs: digest('configs') };
}
