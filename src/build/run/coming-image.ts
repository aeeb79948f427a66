/**
 * An image that a command has left, while the engine still loads it. That takes as long as a small command does, and the next one need
 * not wait for it: what is new in the image is at hand, and is laid under a container of the image below.
 */

import { type LayerEntry, Overlay } from '../layer/overlay.ts';
import { canPlace } from '../layer/placed-files.ts';
import { isMarker } from '../layer/whiteouts.ts';
import type { BuildTools } from './tools.ts';

/** More than this is copied no sooner than it is loaded. Layers of so little are held in memory: nothing of them is lost with their files. */
const mostBytes = 4 * 1024 * 1024;
const mostEntries = 1000;

/**
 * @param layers - what is new in an image, lowest first
 * @returns whether the next command may find it laid under its container
 */
export function canCome(layers: readonly (readonly LayerEntry[])[]): boolean {
  const entries = layers.flat();
  const bytes = entries.reduce((sum, { file }) => sum + (file.kind === 'file' ? file.size : 0), 0);
  if (bytes > mostBytes || entries.length > mostEntries) return false;
  return canPlace(layers) && !entries.some(({ path }) => isMarker(path));
}

export interface ComingRequest {
  /** The image in the engine that it goes on from. */
  readonly base: string;
  /** Entries of its layers above that, lowest first. */
  readonly layers: readonly (readonly LayerEntry[])[];
  /** @param dispose - to be called in place of the layer's own */
  readonly load: (dispose: () => void) => Promise<void>;
  /** Removes the files of the entries. */
  readonly dispose: () => void;
}

export class ComingImage {
  readonly base: string;
  readonly layers: readonly (readonly LayerEntry[])[];
  /** Rejects when the engine does not take it. */
  readonly loaded: Promise<void>;
  readonly #dispose: () => void;
  /** Those that need the files: the loading itself is the first. */
  #holders = 1;
  #isLoaded = false;

  constructor({ base, layers, load, dispose }: ComingRequest) {
    this.base = base;
    this.layers = layers;
    this.#dispose = dispose;
    this.loaded = load(() => this.#release()).then(() => {
      this.#isLoaded = true;
    });
    // Whoever needs it is told.
    this.loaded.catch(() => undefined);
  }

  /** Keeps the files. @returns what lets them go; undefined: the engine has it already */
  hold(): (() => void) | undefined {
    if (this.#isLoaded || this.#holders === 0) return undefined;
    this.#holders++;
    return () => this.#release();
  }

  /** All files of the image. */
  files(tools: BuildTools): Overlay {
    const overlay = new Overlay(tools.files(this.base));
    for (const entry of this.layers.flat()) overlay.put(entry);
    overlay.takeLayer();
    return overlay;
  }

  #release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#dispose();
  }
}
