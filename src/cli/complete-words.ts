import type { LoadRequest } from '../compose/load.ts';
import type { Project } from '../compose/types.ts';
import { complete } from './complete.ts';

/**
 * `tscompose __complete WORD...`: what the last word could become, a line each, then `:4`, or `:0` where file names are wanted. The scripts of
 * `completion` ask it, and `podman compose` asks its provider in the same way.
 *
 * @param request - gives what to load for the flags among the words; throws when they are wrong
 */
export async function completeWords(
  words: readonly string[],
  request: (before: readonly string[]) => LoadRequest,
): Promise<string> {
  const model = async (): Promise<Project | undefined> => {
    const { loadProject } = await import('../compose/load.ts');
    try {
      return loadProject({ ...request(words.slice(0, -1)), resolve: false, profiles: ['*'] }).project;
    } catch {
      // No file, or one that is being written: there is nothing to propose, and a shell wants no error in its line.
      return undefined;
    }
  };
  const { candidates, files } = await complete(words, {
    services: async () => Object.keys((await model())?.services ?? {}),
    profiles: async () => profilesOf(await model()),
  });
  return [...candidates, files ? ':0' : ':4'].join('\n');
}

function profilesOf(model: Project | undefined): string[] {
  const all = Object.values(model?.services ?? {}).flatMap(({ profiles }) => profiles ?? []);
  return [...new Set(all)].sort();
}
