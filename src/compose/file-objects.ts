/** The bytes of secrets and configs. */
import { sha256 } from '../base/digest.ts';
import { fail } from '../base/errors.ts';
import { ReadProblem, type SourceReader } from './reader.ts';
import type { FileObject, Project } from './types.ts';

/**
 * Reads a secret's or config's bytes: from its file, its environment variable, or its content.
 *
 * @throws {ComposeError} `E_FILE_NOT_FOUND`, `E_FILE_UNREADABLE`, or `E_UNDEFINED` for a variable that is not set
 */
export function readFileObject(
  object: FileObject,
  environment: Readonly<Record<string, string>>,
  reader: SourceReader,
): Uint8Array {
  if (object.content !== undefined) return new TextEncoder().encode(object.content);
  if (object.environment !== undefined) {
    const value = environment[object.environment];
    if (value === undefined) {
      const message = `environment variable "${object.environment}" required by "${object.name}" is not set`;
      throw fail('E_UNDEFINED', message, { hint: `set ${object.environment}` });
    }
    return new TextEncoder().encode(value);
  }
  const path = object.file ?? '';
  try {
    return reader.readBytes(path);
  } catch (error) {
    if (!(error instanceof ReadProblem)) throw error;
    if (error.reason === 'missing')
      throw fail('E_FILE_NOT_FOUND', `file ${path} of "${object.name}" does not exist`, {
        hint: 'make the file',
      });
    throw fail('E_FILE_UNREADABLE', `file ${path} of "${object.name}" cannot be read: it is ${error.reason}`);
  }
}

/** SHA-256 of each object whose bytes can be had; missing ones are found when they are needed. */
export function digestObjects(
  project: Project,
  environment: Readonly<Record<string, string>>,
  reader: SourceReader,
): { secrets: Record<string, string>; configs: Record<string, string> } {
  const digest = (objects: Readonly<Record<string, FileObject>> | undefined): Record<string, string> => {
    const result: Record<string, string> = {};
    for (const [key, object] of Object.entries(objects ?? {})) {
      if (object.external) continue;
      try {
        result[key] = sha256(readFileObject(object, environment, reader));
      } catch {
        // Reported when the object is made; `config` and `ps` do not need it.
      }
    }
    return result;
  };
  return { secrets: digest(project.secrets), configs: digest(project.configs) };
}
