/** `config --phase NAME`: the tree after a phase of loading. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { fail } from '../../base/errors.ts';
import { phaseNames } from '../../compose/load.ts';
import type { Node } from '../../compose/node.ts';
import { toPlain } from '../../compose/node.ts';
import { yamlText } from './yaml-text.ts';

/** Keeps the trees of one phase as they go by. */
export class PhaseRecorder {
  readonly #phase: string;
  readonly #trees: Node[] = [];

  /** @throws {ComposeError} `E_USAGE` for a name that no phase has */
  constructor(phase: string) {
    if (!phaseNames.includes(phase)) {
      const hint = didYouMean(phase, phaseNames) ?? `the phases are ${phaseNames.join(', ')}`;
      throw fail('E_USAGE', `there is no loading phase "${phase}"`, { hint });
    }
    this.#phase = phase;
  }

  readonly see = (phase: string, tree: Node): void => {
    if (phase === this.#phase) this.#trees.push(tree);
  };

  /** Each tree of the phase as a YAML document under a comment with its file, or all of them as a JSON list. */
  text(format: 'json' | 'yaml'): string {
    if (format === 'json') {
      return `${JSON.stringify(
        this.#trees.map((tree) => ({ file: tree.file.path, tree: toPlain(tree) })),
        null,
        2,
      )}\n`;
    }
    return this.#trees
      .map((tree) => `# ${this.#phase}: ${tree.file.path}\n${yamlText(toPlain(tree))}`)
      .join('---\n');
  }
}
