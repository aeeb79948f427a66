/**
 * Keys of steps. A key says all that a result depends on: what is done, and on which images.
 *
 * An image that a command made is named by its id, since running it again may give another. What is made of layers alone is the
 * same whenever its key is the same, so its key stands for it: the images in between need not exist.
 */
import { digestOf } from '../../base/digest.ts';
import { stepVersion } from '../index/step-index.ts';

/** @param inputs - tokens of the images that it takes files from, in their order */
export function stepKey(definition: string, parent: string, inputs: readonly string[]): string {
  return digestOf([stepVersion, definition, parent, inputs]);
}

/** The index keeps by it that the result of a key is in a repository. */
export function exportKey(key: string, repository: string): string {
  return digestOf([key, 'in', repository]);
}

/** What stands for a step's image in the keys of others. */
export function tokenOf(kind: 'run' | 'layers', key: string, image: string): string {
  return kind === 'layers' ? `key:${key}` : `image:${image}`;
}
