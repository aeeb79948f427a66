/**
 * Removes the containers of steps that have ended, beside what still runs. Nobody waits for the end of it: an engine that has begun to
 * remove a container goes on when the one who asked has left. One that has not begun may forget it, so that much is waited for.
 *
 * The private directory of a container that was left to the engine stays: by it the next build sees to that container again.
 */
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { leftName, leftSegments, segmentPrefix } from '../stale-builds.ts';
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

  /**
   * Begins to remove an image that is of no use any more, when it is there.
   *
   * @param folder - where private directories are
   */
  async discard(image: Promise<string | undefined>, folder: string, engine: Engine): Promise<void> {
    const id = await image;
    if (id === undefined) return;
    const place = mkdtempSync(join(folder, `${segmentPrefix}${process.pid}-`));
    writeFileSync(join(place, imageFile), id);
    this.begin({ place, remove: (onAsked) => removeImage(engine, { id, place }, onAsked) });
  }

  /** Sees to the containers and images that earlier builds have left to the engine. */
  resume(folder: string, engine: Engine): void {
    for (const { place, container } of leftSegments(folder)) {
      const id = imageIn(place);
      this.begin({
        place,
        remove: (onAsked) =>
          id === undefined
            ? removeStep(engine, { container, place }, onAsked)
            : removeImage(engine, { id, place }, onAsked),
      });
    }
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

/** In a private directory that stands for an image. */
const imageFile = 'image';

function imageIn(place: string): string | undefined {
  try {
    return readFileSync(join(place, imageFile), 'utf8');
  } catch {
    return undefined;
  }
}

/** Only this one: those below are wanted. */
function removeImage(
  engine: Engine,
  { id, place }: { readonly id: string; readonly place: string },
  onAsked?: () => void,
): Promise<void> {
  return removed(engine.removeImageAlone(id), place, onAsked);
}

/** Removes the container of a step and its private directory. */
export function removeStep(
  engine: Engine,
  { container, place }: { readonly container: string; readonly place: string },
  onAsked?: () => void,
): Promise<void> {
  return removed(engine.removeContainer(container, { volumes: false, force: true }), place, onAsked);
}

async function removed(removal: Promise<void>, place: string, onAsked?: () => void): Promise<void> {
  onAsked?.();
  await removal;
  await rm(place, { recursive: true, force: true });
}
