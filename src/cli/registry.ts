import type { Command } from './command.ts';
import type { FlagTable } from './flag.ts';

export type Group = 'Project' | 'Look' | 'Images' | 'Containers' | 'About';

/** A command as the list of commands shows it; its code is loaded only when it is the one that was asked for. */
export interface Entry {
  readonly group: Group;
  readonly summary: string;
  readonly load: () => Promise<Command<FlagTable>>;
  readonly hidden?: true;
}

/**
 * Commands differ in the type of their flags; the runner treats the values as a whole and never looks into them, so the type
 * parameter may be forgotten here.
 */
function any<T extends FlagTable>(command: Command<T>): Command<FlagTable> {
  return command as unknown as Command<FlagTable>;
}

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, Entry>> = {
  up: {
    group: 'Project',
    summary: 'Create and start the services',
    load: async () => any((await import('./commands/up.ts')).up),
  },
  down: {
    group: 'Project',
    summary: 'Stop and remove containers, pod and networks',
    load: async () => any((await import('./commands/down.ts')).down),
  },
  plan: {
    group: 'Project',
    summary: 'Print what up would do, and why',
    load: async () => any((await import('./commands/plan.ts')).plan),
  },
  create: {
    group: 'Project',
    summary: 'Create containers without starting them',
    load: async () => any((await import('./commands/create.ts')).create),
  },
  start: {
    group: 'Project',
    summary: 'Start existing containers',
    load: async () => any((await import('./commands/start.ts')).start),
  },
  stop: {
    group: 'Project',
    summary: 'Stop containers and keep them',
    load: async () => any((await import('./commands/stop.ts')).stop),
  },
  restart: {
    group: 'Project',
    summary: 'Restart containers',
    load: async () => any((await import('./commands/restart.ts')).restart),
  },
  ps: {
    group: 'Look',
    summary: 'List containers',
    load: async () => any((await import('./commands/ps.ts')).ps),
  },
  logs: {
    group: 'Look',
    summary: "Show the containers' output",
    load: async () => any((await import('./commands/logs.ts')).logs),
  },
  config: {
    group: 'Look',
    summary: 'Check the compose files and print the project',
    load: async () => any((await import('./commands/config-command.ts')).config),
  },
  convert: {
    group: 'Look',
    summary: 'The same as config',
    load: async () => any((await import('./commands/config-command.ts')).config),
    hidden: true,
  },
  ls: {
    group: 'Look',
    summary: 'List projects',
    load: async () => any((await import('./commands/ls.ts')).ls),
  },
  port: {
    group: 'Look',
    summary: "Print where a container's port is published",
    load: async () => any((await import('./commands/port.ts')).port),
  },
  images: {
    group: 'Look',
    summary: 'List the images that the containers use',
    load: async () => any((await import('./commands/images.ts')).images),
  },
  volumes: {
    group: 'Look',
    summary: "List the project's volumes",
    load: async () => any((await import('./commands/volumes.ts')).volumes),
  },
  build: {
    group: 'Images',
    summary: 'Build images',
    load: async () => any((await import('./commands/build.ts')).build),
  },
  pull: {
    group: 'Images',
    summary: 'Pull images',
    load: async () => any((await import('./commands/pull.ts')).pull),
  },
  exec: {
    group: 'Containers',
    summary: 'Run a command in a running container',
    load: async () => any((await import('./commands/exec.ts')).exec),
  },
  kill: {
    group: 'Containers',
    summary: 'Send a signal to containers',
    load: async () => any((await import('./commands/kill.ts')).kill),
  },
  rm: {
    group: 'Containers',
    summary: 'Remove stopped containers',
    load: async () => any((await import('./commands/rm.ts')).rm),
  },
  pause: {
    group: 'Containers',
    summary: 'Pause containers',
    load: async () => any((await import('./commands/pause.ts')).pause),
  },
  unpause: {
    group: 'Containers',
    summary: 'Go on with paused containers',
    load: async () => any((await import('./commands/pause.ts')).unpause),
  },
  wait: {
    group: 'Containers',
    summary: 'Wait until a container ends and exit with its code',
    load: async () => any((await import('./commands/wait.ts')).wait),
  },
  init: {
    group: 'About',
    summary: 'Lay down a project from a template',
    load: async () => any((await import('./commands/init.ts')).init),
  },
  completion: {
    group: 'About',
    summary: 'Print a completion script for bash, zsh or fish',
    load: async () => any((await import('./commands/completion.ts')).completion),
  },
  version: {
    group: 'About',
    summary: 'Print the version',
    load: async () => any((await import('./commands/version.ts')).version),
  },
};
