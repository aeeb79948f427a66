import type { LogLine } from '../podman/types.ts';
import { safeText } from '../report/safe-text.ts';
import type { TextStream } from '../report/types.ts';

export interface LogPrinterOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly colour: boolean;
  /** Before each line the container's name, aligned. */
  readonly prefix: boolean;
  /** Names that will come, for the width. */
  readonly names: readonly string[];
}

/** Contrast is enough on light and dark ground; red is left for errors. */
const palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/**
 * Prints the output of several containers: what came on a container's stdout goes to stdout, its stderr to stderr, each line with
 * the name before it. At a terminal escapes that could do harm are made visible; in a pipe the bytes stay.
 */
export class LogPrinter {
  readonly #options: LogPrinterOptions;
  #width: number;

  constructor(options: LogPrinterOptions) {
    this.#options = options;
    this.#width = Math.max(0, ...options.names.map((name) => name.length));
  }

  print(name: string, line: LogLine): void {
    const stream = line.stream === 'stderr' ? this.#options.stderr : this.#options.stdout;
    const text = stream.isTTY === true ? safeText(line.text) : line.text;
    const time = line.time === undefined ? '' : `${line.time} `;
    stream.write(`${this.#prefix(name)}${time}${text}\n`);
  }

  /** A line of our own, on stderr, in the place of a container's. */
  tell(name: string, text: string): void {
    this.#options.stderr.write(`${this.#prefix(name)}${text}\n`);
  }

  #prefix(name: string): string {
    if (!this.#options.prefix) return '';
    this.#width = Math.max(this.#width, name.length);
    const text = `${name.padEnd(this.#width)}  | `;
    return this.#options.colour ? `\x1b[${colourOf(name)}m${text}\x1b[0m` : text;
  }
}

/** The same name has the same colour in every run. */
function colourOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return palette[sum % palette.length] ?? 36;
}

/** `shop-web-1` of project shop is shown as `web-1`; a container_name stays whole. */
export function shortName(project: string, name: string): string {
  for (const separator of ['-', '_']) {
    const head = `${project}${separator}`;
    if (name.startsWith(head) && name.length > head.length) return name.slice(head.length);
  }
  return name;
}
