/**
 * The variables of a stage, from instruction to instruction.
 *
 *     platform, --build-arg, ARGs above FROM --openGlobals--> Globals --openStage--> StageScope --enter--> StageScope ...
 *
 * ENV beats ARG, whichever comes first. An ARG is seen from its line to the end of its stage, and in the stages that are
 * built on that one; the ARGs above the first FROM are seen by FROM lines, and in a stage that repeats their name.
 *
 * @see https://docs.docker.com/reference/dockerfile/#scope
 */
import { ComposeError } from '../base/errors.ts';
import { ExpansionError, expandWord } from './expand-word.ts';
import { type Platform, platformArgs } from './platform.ts';
import { Problems } from './problems.ts';
import type { ContainerFile, Lookup, StageInstruction, Word } from './types.ts';

type Variables = ReadonlyMap<string, string>;

/** May be used in a stage without an ARG when the builder was given them. They are no part of the image's history. */
export const proxyArgs: readonly string[] = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
].flatMap((name) => [name, name.toLowerCase()]);

export interface Globals {
  /** What FROM lines see. */
  readonly lookup: Lookup;
  /** The ARGs above the first FROM that have a value. */
  readonly args: Variables;
  readonly buildArgs: Variables;
  /** `TARGETPLATFORM` and its kin. */
  readonly platform: Variables;
}

export interface StageScope {
  /** What the instructions of the stage see: ENV, then ARG, then the proxies. */
  readonly lookup: Lookup;
  /** The environment of the image so far, in the order in which the names came up. */
  readonly env: Variables;
  /** ARGs that are declared and have a value; RUN has them in its environment where ENV does not name them. */
  readonly args: Variables;
  /** Names that an ARG of the stage, or of the stages below it, has declared. */
  readonly declared: ReadonlySet<string>;
  /** Proxies that the builder was given; RUN has them in its environment too. */
  readonly proxies: Variables;
  readonly globals: Globals;
}

export interface BuildInputs {
  /** `--build-arg`, resolved. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly targetPlatform: Platform;
  readonly buildPlatform: Platform;
  /** The name of the stage that is built; `TARGETSTAGE`. */
  readonly target?: string;
}

/**
 * Evaluates the ARGs above the first FROM.
 *
 * @throws {ComposeError} `E_CONTAINERFILE` for a default that cannot be expanded
 */
export function openGlobals(file: ContainerFile, inputs: BuildInputs): Globals {
  const platform = new Map(Object.entries(platformArgs(inputs)));
  const buildArgs = new Map(Object.entries(inputs.buildArgs));
  const args = new Map<string, string>();
  const fromPlatform: Lookup = (name) =>
    platform.has(name) ? (buildArgs.get(name) ?? platform.get(name)) : undefined;
  const lookup: Lookup = (name) => args.get(name) ?? fromPlatform(name);
  const problems = new Problems();
  for (const { name, value } of file.metaArgs.flatMap((instruction) => instruction.args)) {
    const byDefault = buildArgs.has(name.text) ? undefined : value && expandDefault(value, lookup, problems);
    const result = buildArgs.get(name.text) ?? byDefault ?? lookup(name.text);
    if (result !== undefined) args.set(name.text, result);
  }
  if (problems.errors.length > 0) throw new ComposeError(problems.errors);
  return { lookup, args, buildArgs, platform };
}

function expandDefault(value: Word, lookup: Lookup, problems: Problems): string | undefined {
  try {
    return expandWord(value.text, lookup);
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    return problems.error(error.message, value.span);
  }
}

/**
 * Begins a stage.
 *
 * @param below - the environment of the base image, or the end of the stage that this one is built on
 */
export function openStage(globals: Globals, below: { readonly env: Variables } | StageScope): StageScope {
  const proxies = new Map(proxyArgs.flatMap((name) => entry(name, globals.buildArgs.get(name))));
  const inherited =
    'args' in below ? below : { args: new Map<string, string>(), declared: new Set<string>() };
  return scopeOf({ env: below.env, args: inherited.args, declared: inherited.declared, proxies, globals });
}

/** The scope after an instruction, which must be expanded. */
export function enter(scope: StageScope, instruction: StageInstruction): StageScope {
  if (instruction.kind === 'env') {
    const env = new Map(scope.env);
    for (const { name, value } of instruction.pairs) env.set(name.text, value.text);
    return scopeOf({ ...scope, env });
  }
  if (instruction.kind !== 'arg') return scope;
  const args = new Map(scope.args);
  const declared = new Set(scope.declared);
  for (const { name, value } of instruction.args) {
    declared.add(name.text);
    const result = argValue(scope.globals, name.text, value?.text);
    if (result !== undefined) args.set(name.text, result);
  }
  return scopeOf({ ...scope, args, declared });
}

/** Given by the builder, else the default, else that of an ARG above FROM, else the platform's. */
function argValue(globals: Globals, name: string, byDefault: string | undefined): string | undefined {
  return globals.buildArgs.get(name) ?? byDefault ?? globals.args.get(name) ?? globals.platform.get(name);
}

function scopeOf(parts: Omit<StageScope, 'lookup'>): StageScope {
  const { env, args, proxies } = parts;
  return { ...parts, lookup: (name) => env.get(name) ?? args.get(name) ?? proxies.get(name) };
}

function entry(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}
