/**
 * A GNU tar that goes on telling of files: it takes names from its standard input and writes their entries as it comes to them. To
 * start a process costs more than most questions do.
 *
 * tar writes in records of 20 blocks, so each question is followed by as many entries of something that is always there: the first
 * one of them says that the question has been answered, and all of them push the answer out.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { TarXattrs } from './tar-xattrs.ts';
import type { Xattrs } from './types.ts';

/** What carries no attribute that anybody asks for is not told. */
const patterns = [
  '--xattrs-include=security.capability',
  '--xattrs-include=security.ima',
  '--xattrs-include=user.*',
  '--xattrs-include=trusted.overlay.opaque',
];

const recordBlocks = 20;
const fillerName = '/.';
/** As tar writes it. */
const fillerEntry = '/./';
/** A few more than there are blocks in a record: it is written when the next block is wanted. */
const fillers = recordBlocks + 4;

interface Question {
  readonly found: Xattrs[];
  readonly answer: (found: readonly Xattrs[] | undefined) => void;
}

export class TarProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #questions: Question[] = [];
  #fillersLeft = 0;
  #hasAnswered = false;
  #isOver = false;

  constructor(program: string) {
    const shape = ['--create', '--file=-', '--format=pax', `--blocking-factor=${recordBlocks}`];
    const names = ['--absolute-names', '--no-recursion', '--hard-dereference', '--null', '--files-from=-'];
    // In a group of its own: Ctrl-C in a terminal is for us. It ends when its input does.
    this.#child = spawn(program, [...shape, '--xattrs', ...patterns, ...names], {
      env: { LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    const reader = new TarXattrs((xattrs, name) => this.#entry(xattrs, name));
    this.#child.stdout.on('data', (chunk: Buffer) => reader.write(chunk));
    this.#child.stdin.on('error', () => this.#child.kill());
    this.#child.on('error', () => this.#end());
    this.#child.on('close', () => this.#end());
    this.#keepsAlive(false);
  }

  /** Whether it has told anything: another tar than GNU's ends at once. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @returns one for each path, in their order, or fewer when one is not there or not readable; undefined: tar has ended */
  ask(paths: readonly string[]): Promise<readonly Xattrs[] | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    this.#keepsAlive(true);
    const filler = `${fillerName}\0`.repeat(fillers);
    return new Promise((resolve) => {
      this.#questions.push({ found: [], answer: resolve });
      this.#child.stdin.write(paths.map((path) => `${path}\0`).join('') + filler);
    });
  }

  close(): void {
    this.#child.stdin.end();
  }

  #entry(xattrs: Xattrs, name: string): void {
    const [question] = this.#questions;
    if (name !== fillerEntry) question?.found.push(xattrs);
    else if (this.#fillersLeft > 0) this.#fillersLeft--;
    else {
      this.#fillersLeft = fillers - 1;
      this.#hasAnswered = true;
      this.#questions.shift();
      if (this.#questions.length === 0) this.#keepsAlive(false);
      question?.answer(question.found);
    }
  }

  #end(): void {
    this.#isOver = true;
    for (const { answer } of this.#questions.splice(0)) answer(undefined);
  }

  /** Whoever waits for an answer must not end meanwhile, and nobody must go on for its sake. */
  #keepsAlive(isWanted: boolean): void {
    const handles = [this.#child, this.#child.stdin, this.#child.stdout] as unknown as Referable[];
    for (const handle of handles) {
      if (isWanted) handle.ref();
      else handle.unref();
    }
  }
}

interface Referable {
  ref(): void;
  unref(): void;
}
