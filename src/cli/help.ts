import yargs, { type Options } from 'yargs';
import type { Command } from './command.ts';
import type { Flag, FlagTable } from './flag.ts';
import { globalFlags } from './global-options.ts';
import { commands, type Group } from './registry.ts';

const titles: Readonly<Record<Group, string>> = {
  Project: 'The project:',
  Look: 'Looking at it:',
  Images: 'Images:',
  Containers: 'Containers:',
  About: 'About:',
};

/** The list of commands and the global flags. */
export async function overview(): Promise<string> {
  const lines = [
    'Usage: tscompose [OPTIONS] COMMAND',
    '',
    'Compose projects on Podman: one pod per project, each container started the moment its conditions hold.',
  ];
  for (const [group, title] of Object.entries(titles)) {
    lines.push('', title);
    for (const [name, entry] of Object.entries(commands)) {
      if (entry.group === group && !entry.hidden) lines.push(`  ${name.padEnd(10)} ${entry.summary}`);
    }
  }
  const options = await yargsHelp(globalFlags, '');
  return [
    ...lines,
    '',
    options.trim(),
    '',
    ...examples([
      ['tscompose up -d --wait', 'start everything in the background and wait until it is healthy'],
      ['tscompose plan', 'see what up would change, and why'],
      ['tscompose -p shop logs -f web', 'follow one service of a project by name'],
    ]),
    '',
    'tscompose COMMAND --help tells more about a command.',
  ].join('\n');
}

/** The help of one command. */
export async function commandHelp(name: string, command: Command): Promise<string> {
  const options = await yargsHelp(command.flags, '');
  return [
    `Usage: tscompose ${name} ${command.usage}`.trimEnd(),
    '',
    command.summary,
    '',
    ...(options.trim() === '' ? [] : [options.trim(), '']),
    ...examples(command.examples),
    '',
    'Options of every command (--file, --project-name, --progress, ...): tscompose --help',
  ].join('\n');
}

function examples(list: readonly (readonly [line: string, text: string])[]): string[] {
  const width = Math.max(0, ...list.map(([line]) => line.length));
  return list.length === 0
    ? []
    : ['Examples:', ...list.map(([line, text]) => `  ${line.padEnd(width)}  ${text}`)];
}

/** yargs lays the flags out; it is loaded for nothing else, as importing it takes longer than reading a command line by hand. */
async function yargsHelp(flags: FlagTable, usage: string): Promise<string> {
  const sorted = Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1));
  const options = Object.fromEntries(sorted.map(([name, flag]) => [name, yargsOption(flag)]));
  return yargs([]).version(false).help(false).usage(usage).options(options).wrap(100).getHelp();
}

function yargsOption(flag: Flag): Options {
  return {
    type: flag.type === 'list' ? 'array' : flag.type,
    ...(flag.type === 'list' ? { string: true } : {}),
    ...(flag.short === undefined ? {} : { alias: flag.short }),
    ...(flag.choices === undefined ? {} : { choices: flag.choices }),
    ...(flag.hidden === undefined ? {} : { hidden: true }),
    ...(flag.on === undefined ? {} : { default: true }),
    describe: flag.text,
  };
}
