import { ComposeError } from '../../src/base/errors.ts';
import { formatSpan } from '../../src/base/span.ts';
import { type LoadRequest, loadProject } from '../../src/compose/load.ts';
import { type Node, toPlain } from '../../src/compose/node.ts';
import { decodeText, type FileKind, ReadProblem, type SourceReader } from '../../src/compose/reader.ts';
import type { Loaded } from '../../src/compose/types.ts';

/** Absolute path -> text. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A disk that holds these files and the directories above them. */
export function memoryReader(files: Files): SourceReader {
  const map = new Map(Object.entries(files));
  const readBytes = (path: string): Uint8Array => {
    const found = map.get(path);
    if (found === undefined) throw new ReadProblem(path, 'missing');
    return typeof found === 'string' ? new TextEncoder().encode(found) : found;
  };
  return {
    kind: (path): FileKind => {
      if (map.has(path)) return 'file';
      return [...map.keys()].some((name) => name.startsWith(`${path}/`)) ? 'directory' : 'missing';
    },
    readBytes,
    readText: (path) => decodeText(path, readBytes(path)),
  };
}

/** Loads `/p/compose.yaml` of the given files, or the one text. */
export function load(files: string | Files, more: Partial<LoadRequest> = {}): Loaded {
  return loadProject({
    cwd: '/p',
    env: {},
    files: ['/p/compose.yaml'],
    resolve: true,
    reader: memoryReader(typeof files === 'string' ? { '/p/compose.yaml': files } : files),
    ...more,
  });
}

/** What loading says, one line for each diagnostic: `compose.yaml:1:2 E_CODE message (hint)`, with related places below. */
export function complaints(files: string | Files, more: Partial<LoadRequest> = {}): string[] {
  return diagnosticsOf(files, more).flatMap(({ code, message, span, hint, related }) => [
    `${span ? `${formatSpan(span).replace('/p/', '')} ` : ''}${code} ${message}${hint ? ` (${hint})` : ''}`,
    ...(related ?? []).map((also) => `  ${formatSpan(also.span).replace('/p/', '')} ${also.message}`),
  ]);
}

/** Of loading the files, whether it ends well or not. */
export function diagnosticsOf(files: string | Files, more: Partial<LoadRequest>): Loaded['diagnostics'] {
  try {
    return load(files, more).diagnostics;
  } catch (error) {
    if (error instanceof ComposeError) return error.diagnostics;
    throw error;
  }
}

/**
 * The tree after a phase, as plain data; of a phase that runs for each document, after the last. What later phases say does not matter.
 *
 * @throws {ComposeError} when loading does not come so far
 */
export function afterPhase(name: string, files: string | Files, more: Partial<LoadRequest> = {}): unknown {
  let found: { readonly tree: unknown } | undefined;
  const onPhase = (phase: string, tree: Node): void => {
    if (phase === name) found = { tree: toPlain(tree) };
  };
  try {
    load(files, { allResources: true, ...more, onPhase });
  } catch (error) {
    if (!found) throw error;
  }
  return found?.tree;
}

/** The service `a` after a phase. */
export function serviceAfter(name: string, service: string, more: Partial<LoadRequest> = {}): unknown {
  const tree = afterPhase(name, `services:\n  a: ${service}\n`, more) as { services: { a: unknown } };
  return tree.services.a;
}
