import type { ImageDocument } from '../../build/layer/image-config.ts';
import type { LocalStore } from '../../podman/local-store.ts';
import type { Engine } from '../../podman/types.ts';

export interface StoreLookup {
  /** An image's configuration; undefined: it cannot be read here. */
  readonly document: (id: string) => ImageDocument | undefined;
  readonly exists: (id: string) => Promise<boolean>;
  /** The id of the image of a name; undefined: there is none. */
  readonly id: (name: string) => Promise<string | undefined>;
  /** True: the engine has confirmed an image, so the store is its own. */
  readonly isConfirmed: () => Promise<boolean>;
}

/**
 * What is there is seen in the store's own list, once the engine has confirmed one image of it: it may be another's store.
 * The engine is asked for all that is not seen there.
 */
export function storeLookup(store: LocalStore, engine: Engine): StoreLookup {
  let confirmed: Promise<boolean> | undefined;
  const isOurs = async (id: string): Promise<boolean> => {
    confirmed ??= engine.imageExists(id);
    return confirmed;
  };
  return {
    document: (id) => {
      const text = store.config(id);
      return text === undefined ? undefined : (JSON.parse(text) as ImageDocument);
    },
    exists: async (id) => (store.has(id) && (await isOurs(id))) || engine.imageExists(id),
    id: async (name) => {
      const id = store.idOf(name);
      return id !== undefined && (await isOurs(id)) ? id : (await engine.inspectImage(name))?.id;
    },
    isConfirmed: async () => (await confirmed) === true,
  };
}
