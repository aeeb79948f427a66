import { didYouMean } from '../base/did-you-mean.ts';
import { fail } from '../base/errors.ts';
import { own } from '../base/own.ts';
import type { Call, Command } from './command.ts';
import { directOutput, writeNow } from './direct-output.ts';
import type { FlagTable } from './flag.ts';
import { anywhereFlags, type GlobalOptions, globalFlags, globalOptions } from './global-options.ts';
import { parseArguments } from './grammar.ts';
import { Interrupts } from './interrupts.ts';
import { commands } from './registry.ts';
import { Session, type Tuning } from './session.ts';
import { splitArgv } from './split-argv.ts';
import { StandardStreams } from './standard-streams.ts';
import { exitCodeFor, tellError } from './tell-error.ts';
import { versionLine } from './version.ts';

/** What the launcher can do for the command. */
export interface Host {
  readonly tuning: Tuning;
  /** Where the command's answer may be kept. */
  readonly answerPath?: string | undefined;
  /** Which code runs; absent: answers are not kept. */
  readonly code?: string;
}

/** What a command's session is made of, besides its options. */
interface Surroundings {
  readonly host: Host;
  readonly interrupts: Interrupts;
  readonly streams: StandardStreams;
}

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: readonly string[], host: Host): Promise<void> {
  const streams = new StandardStreams();
  const interrupts = new Interrupts((code) => process.exit(code));
  let code: number;
  try {
    code = await dispatch(argv, { host, interrupts, streams });
  } catch (error) {
    code = await tellOutside(error, argv);
  }
  interrupts.close();
  await streams.flushed();
  process.exit(code);
}

async function dispatch(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { globals, command: name, rest } = splitArgv(argv, globalFlags);
  const parsed = parseArguments(globals, { flags: globalFlags, interspersed: true, program: 'tscompose' });
  if (parsed.flags.version) return print(versionLine);
  if (name === undefined || name === 'help' || parsed.help) return help(name === 'help' ? rest[0] : name);
  if (name === '__complete') return print(await completion(rest, surroundings));
  const command = await findCommand(name);
  const call = parseCall(command, name, rest);
  if (call === 'help') return help(name);
  const options = globalOptions(mergeFlags(parsed.flags, call, command.flags), process.env);
  const session = sessionFor(options, surroundings);
  try {
    return await command.run(call, session);
  } catch (error) {
    await session.tellError(error);
    return exitCodeFor(error, options.compatExit);
  } finally {
    await session.close();
  }
}

function sessionFor(options: GlobalOptions, { host, interrupts, streams }: Surroundings): Session {
  const { env } = process;
  return new Session({ ...host, options, interrupts, streams, env, cwd: currentFolder() });
}

async function completion(words: readonly string[], surroundings: Surroundings): Promise<string> {
  const { completeWords } = await import('./complete-words.ts');
  return completeWords(words, (before) => {
    const { globals } = splitArgv(before, globalFlags);
    const { flags } = parseArguments(globals, {
      flags: globalFlags,
      interspersed: true,
      program: 'tscompose',
    });
    return sessionFor(globalOptions(flags, process.env), surroundings).loadRequest();
  });
}

/** @throws {ComposeError} `E_IO` when it was deleted under us */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw fail('E_IO', 'the current folder does not exist any more', { hint: 'change to another one' });
  }
}

async function findCommand(name: string): Promise<Command> {
  const entry = own(commands, name);
  if (entry) return entry.load();
  const hint = didYouMean(name, Object.keys(commands)) ?? 'tscompose --help lists the commands';
  throw fail('E_USAGE', `unknown command: ${name}`, { hint });
}

function parseCall(command: Command, name: string, rest: readonly string[]): Call<FlagTable> | 'help' {
  const program = `tscompose ${name}`;
  const flags: FlagTable = { ...anywhereFlags, ...command.flags };
  const parsed = parseArguments(rest, { flags, interspersed: command.interspersed, program });
  if (parsed.help) return 'help';
  const { min, max } = command.operands;
  const count = parsed.operands.length;
  if (count < min)
    throw fail('E_USAGE', `${program} needs more arguments`, { hint: `${program} ${command.usage}` });
  if (count > max)
    throw fail('E_USAGE', `${program}: unexpected argument "${parsed.operands[max] ?? ''}"`, {
      hint: `${program} ${command.usage}`,
    });
  return parsed;
}

/** A global flag given after the command wins over one before it; lists grow. A command's own flag of that name is none. */
function mergeFlags<T extends object>(globals: T, call: Call<FlagTable>, own: FlagTable): T {
  const later = Object.entries(call.flags).filter(
    ([name]) => name in globals && !(name in own) && call.given.has(name),
  );
  const merged = later.map(([name, value]): [string, unknown] => {
    const before: unknown = (globals as Record<string, unknown>)[name];
    return [name, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value];
  });
  return { ...globals, ...Object.fromEntries(merged) };
}

async function help(name: string | undefined): Promise<number> {
  const { commandHelp, overview } = await import('./help.ts');
  if (name === undefined) return print(await overview());
  return print(await commandHelp(name, await findCommand(name)));
}

function print(text: string): number {
  writeNow(1, `${text}\n`);
  return 0;
}

/** What goes wrong before there is a session: the command line itself. */
async function tellOutside(error: unknown, argv: readonly string[]): Promise<number> {
  await tellError(error, {
    stream: directOutput(2),
    json: false,
    colour: false,
    debug: argv.includes('--debug'),
  });
  return exitCodeFor(error, argv.includes('--compat-exit') || process.env['TSCOMPOSE_COMPAT_EXIT'] === '1');
}
