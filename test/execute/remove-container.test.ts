import { expect, it } from 'vitest';
import { removeContainer } from '../../src/execute/actions/remove-container.ts';
import type { ActionContext } from '../../src/execute/context.ts';
import type { ContainerRemove } from '../../src/plan/types.ts';
import { engineError } from '../../src/podman/engine-error.ts';

const message =
  'cannot remove container d8d as it is running - running or paused containers cannot be removed without force: container state improper';

/** @returns whether each removal was by force, and before them "cleared" when that was waited for */
async function removals(needs: ContainerRemove['needs'], force = false): Promise<(boolean | 'cleared')[]> {
  const forced: (boolean | 'cleared')[] = [];
  const engine = {
    waitContainer: (_name: string, { cleared }: { cleared?: boolean }) => {
      if (cleared) forced.push('cleared');
      return Promise.resolve(137);
    },
    removeContainer: (_name: string, how: { force: boolean }) => {
      forced.push(how.force);
      if (!how.force) throw engineError('DELETE', '/containers/a', 500, JSON.stringify({ message }));
      return Promise.resolve();
    },
  };
  const action: ContainerRemove = {
    id: 'container.remove/a',
    kind: 'container.remove',
    needs,
    reason: '',
    name: 'a',
    volumes: false,
    force,
  };
  const { signal } = new AbortController();
  await removeContainer(action, { engine, signal } as unknown as ActionContext);
  return forced;
}

it('removes by force what a restart policy brought back after the stop that was for this', async () => {
  expect(await removals(['container.stop/a'])).toEqual(['cleared', false, true]);
});

it('removes what was killed for this when the engine has cleared it away', async () => {
  expect(await removals(['container.kill/a'], true)).toEqual(['cleared', true]);
});

it('leaves what runs and was not stopped', async () => {
  await expect(removals([])).rejects.toThrow('cannot be removed without force');
});
