/**
 * Loads the command's code: chunks by number, out of a few packs (scripts/bundle.mjs). Parsing and compiling is the larger part of a
 * short command's time, so what the engine compiled is kept for the next run (kept-code.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { KeptCode } from './kept-code.ts';
import type { main } from './run.ts';
import { withUsualFlags } from './v8-flags.ts';

interface Pack {
  readonly file: string;
  /** Digest of its text. */
  readonly identity: string;
  /** Number of its first chunk; the last one's is before the next pack's first. */
  readonly first: number;
}

/** Put in when it is bundled. */
declare const CODE_PACKS: readonly Pack[];

/** One text for all of the code. */
export const codeIdentity = CODE_PACKS.map(({ identity }) => identity).join(' ');

/** A number is a chunk, text a part of Node. */
type Require = (name: number | string) => unknown;
/** Gives what it exports. */
type Chunk = (require: Require) => unknown;

/**
 * @param argv - the command line: which functions are worth keeping depends on the command
 * @param folder - of the packs
 */
export function loadCode(argv: readonly string[], folder: string): { readonly main: typeof main } {
  const kept = new KeptCode(argv, process.env);
  const chunks: Chunk[] = [];
  const loaded: unknown[] = [];
  const load: Require = (name) => {
    if (typeof name === 'string') return process.getBuiltinModule(name);
    if (loaded[name] !== undefined) return loaded[name];
    if (!chunks[name]) loadPack(name, { folder, kept, chunks });
    kept.ran(name);
    loaded[name] = chunks[name]?.(load);
    return loaded[name];
  };
  return load(0) as { readonly main: typeof main };
}

interface Loading {
  readonly folder: string;
  readonly kept: KeptCode;
  readonly chunks: Chunk[];
}

/** Loads the pack that holds a chunk. */
function loadPack(number: number, { folder, kept, chunks }: Loading): void {
  const pack = CODE_PACKS.findLast(({ first }) => first <= number);
  if (!pack) throw new Error(`there is no chunk ${number}`);
  const filename = join(folder, pack.file);
  const cachedData = kept.read(pack.identity);
  const options = { filename, ...(cachedData ? { cachedData } : {}) };
  const script = withUsualFlags(() => new vm.Script(readFileSync(filename, 'latin1'), options));
  kept.loaded(pack.identity, script);
  const evaluate = script.runInThisContext() as (meta: { readonly url: string }) => Chunk[];
  for (const [index, chunk] of evaluate({ url: pathToFileURL(filename).href }).entries())
    chunks[pack.first + index] = chunk;
}
