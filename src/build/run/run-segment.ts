import { ComposeError, fail } from '../../base/errors.ts';
import { type BuildRun, type StepInput, stagePrefix } from '../types.ts';
import type { Made } from './session.ts';
import type { BuildTools, StepTelling } from './tools.ts';

export interface RunContext {
  readonly tools: BuildTools;
  readonly find: (input: StepInput) => Made;
  readonly telling: StepTelling;
}

/** RUN: Buildah goes on from the image below. @returns the id of the image */
export async function runSegment(action: BuildRun, { tools, find, telling }: RunContext): Promise<string> {
  const from = find(action.parent).image ?? 'scratch';
  const all = Object.entries(action.contexts);
  const stages = all.flatMap(([name, input]) =>
    name.startsWith(stagePrefix) && !('folder' in input) ? stage(name, find(input).image ?? 'scratch') : [],
  );
  const contexts = all
    .filter(([name]) => !name.startsWith(stagePrefix))
    .map(([name, input]): [string, string] => [
      name,
      'folder' in input ? input.folder : `container-image://${find(input).image ?? ''}`,
    ]);
  return withPlace(action, () =>
    tools.segment(
      {
        containerfile: [...stages, `FROM ${from}`, ...action.prelude, action.run, ''].join('\n'),
        ...(action.context ? { context: action.context } : {}),
        contexts: Object.fromEntries(contexts),
        ...(action.script === undefined ? {} : { script: action.script }),
        options: action.options,
      },
      telling,
    ),
  );
}

/** With a label it is an image of its own: Podman 4 removes the images of stages, and this would be the one that it begins with. */
function stage(name: string, image: string): string[] {
  return [`FROM ${image} AS ${name}`, `LABEL ${name}=`];
}

/** Tells which line of the Containerfile failed, with all that it printed. */
export async function withPlace<T>(
  what: {
    readonly title: string;
    readonly source?: BuildRun['source'];
    readonly services: readonly string[];
  },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const lines = 'lines' in error ? (error.lines as readonly string[]) : undefined;
    if (!lines) throw error;
    const status = 'status' in error ? ` (${statusOf(lines, error)})` : '';
    throw fail(error.code, `${what.title} failed${status}`, {
      ...(what.source ? { span: what.source } : {}),
      details: lines,
      ...(what.services.length > 1 ? { hint: `it is a step of ${what.services.join(', ')}` } : {}),
    });
  }
}

/** The command's own status, where it is known: from Buildah it stands in its last words. */
function statusOf(
  lines: readonly string[],
  error: { readonly status: unknown; readonly isOwn?: unknown },
): string {
  const told = lines.map((line) => /while running runtime: exit status (\d+)/.exec(line)?.[1]).find(Boolean);
  const own = error.isOwn === true ? error.status : told;
  return own === undefined ? `podman build ended with ${error.status}` : `exit status ${own}`;
}
