/**
 * Removes the containers of steps that have ended, beside what still runs. Nobody waits for the end of it: an engine that has begun to
 * remove a container goes on when the one who asked has left. One that has not begun may forget it, so that much is waited for.
 *
 * The private directory of a container that was left to the engine stays: by it the next build sees to that container again.
 */
import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { leftName, leftSegments } from '../stale-builds.ts';
import type { Engine } from '../types.ts';

export interface RemovableStep {
  /** Private directory. */
  readonly place: string;
  /** @param onAsked - called when the engine has been asked for all of it */
  readonly remove: (onAsked?: () => void) => Promise<void>;
}

interface Removal {
  readonly place: string;
  readonly done: Promise<void>;
  readonly progress: { isAsked: boolean; hasBegun: boolean };
}

export class StepRemovals {
  readonly #open = new Set<Removal>();

  begin({ place, remove }: RemovableStep): void {
    const progress = { isAsked: false, hasBegun: false };
    const onAsked = (): void => {
      progress.isAsked = true;
    };
    // What could not be removed is found by the next build.
    const ended = remove(onAsked).catch(() => undefined);
    const removal: Removal = { place, progress, done: ended.then(() => void this.#open.delete(removal)) };
    this.#open.add(removal);
  }

  /** Sees to the containers that earlier builds have left to the engine. */
  resume(folder: string, engine: Engine): void {
    for (const { place, container } of leftSegments(folder))
      this.begin({ place, remove: (onAsked) => removeStep(engine, { container, place }, onAsked) });
  }

  /** Makes a call of the engine: when that is answered, the engine has begun with all that it was asked for earlier. */
  async before<T>(call: () => Promise<T>): Promise<T> {
    const asked = [...this.#open].filter(({ progress }) => progress.isAsked);
    const answer = await call();
    for (const { progress } of asked) progress.hasBegun = true;
    return answer;
  }

  /** Waits until all are removed. */
  async settle(): Promise<void> {
    await Promise.all([...this.#open].map(({ done }) => done));
  }

  /** Waits until the engine has begun with all, for a process that ends then. */
  async leave(): Promise<void> {
    await Promise.all([...this.#open].flatMap(({ progress, done }) => (progress.hasBegun ? [] : [done])));
    for (const { place } of this.#open) {
      try {
        renameSync(place, join(dirname(place), leftName(basename(place))));
      } catch {
        // It was removed just now.
      }
    }
  }
}

/** Removes the container of a step and its private directory. */
export async function removeStep(
  engine: Engine,
  { container, place }: { readonly container: string; readonly place: string },
  onAsked?: () => void,
): Promise<void> {
  const removed = engine.removeContainer(container, { volumes: false, force: true });
  onAsked?.();
  await removed;
  await rm(place, { recursive: true, force: true });
}
