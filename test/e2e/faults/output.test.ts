/** Readers that leave, disks that are full, and terminals that must not be harmed. */
import { describe, expect } from 'vitest';
import { cli, type Project } from '../support/project.ts';
import { scenario } from '../support/scenario.ts';
import { type Ended, start } from './support/command.ts';

const command = `${process.execPath} ${cli}`;

/** Runs a line of bash in the project's folder. */
function bash(project: Project, line: string, input?: string): Promise<Ended> {
  const running = start(['-c', line], {
    cwd: project.dir,
    env: process.env,
    program: ['bash'],
    limitMs: 90_000,
    ...(input === undefined ? {} : { input }),
  });
  return running.ended;
}

/** At a terminal, which `script` plays. */
function atTerminal(project: Project, args: string, input?: string): Promise<Ended> {
  return bash(project, `script -qec '${command} ${args}' /dev/null`, input);
}

describe('output', () => {
  scenario(
    'whose reader leaves ends quietly, and one that cannot be written with code 1',
    async ({ project }) => {
      project.compose('services:\n  web: { <<: *box, command: [sh, -c, "seq 1 30000"] }\n');
      await project.ok('up', '-d');
      const head = await bash(
        project,
        `${command} logs --no-log-prefix | head -n 1; echo "\${PIPESTATUS[0]}"`,
      );
      expect(head.stdout).toMatch(/^1\n(0|141)\n$/);
      expect(head.stderr).toBe('');
      const full = await bash(project, `${command} logs > /dev/full`);
      expect([full.code, full.stderr]).toEqual([
        1,
        'tscompose: the output cannot be written: no space left on device\n',
      ]);
      const closed = await bash(project, `${command} ps >&-`);
      expect([closed.code, closed.stderr]).toEqual([0, '']);
    },
  );

  scenario('of containers cannot harm a terminal, and stays as it is in a pipe', async ({ project }) => {
    const text = String.raw`\033]0;title\007\033[2J\033[31mred\033[0m`;
    project.compose(`services:\n  web: { <<: *box, command: [printf, '${text}\\n'] }\n`);
    await project.ok('up', '-d');
    const esc = '\x1b';
    const piped = await project.ok('logs', '--no-log-prefix');
    expect(piped.stdout).toBe(`${esc}]0;title\x07${esc}[2J${esc}[31mred${esc}[0m\n`);
    const shown = await atTerminal(project, 'logs --no-log-prefix');
    expect(shown.stdout).toContain(`␛]0;title␇␛[2J${esc}[31mred${esc}[0m`);
    expect(shown.stdout).not.toContain(`${esc}]`);
  });
});

scenario(
  'down -v asks at a terminal, once, naming the volumes; elsewhere it does as asked',
  async ({ project }) => {
    project.compose('services:\n  web: { <<: *sleep, volumes: ["data:/data"] }\nvolumes: { data: {} }\n');
    await project.ok('up', '-d');
    const volume = `${project.name}_data`;
    const no = await atTerminal(project, 'down -v', 'n\n');
    expect(no.stdout).toContain(`This removes the volumes ${volume} and all data in them. Go on? [y/N]`);
    expect(no.code).toBe(1);
    expect((await project.world()).volumes).toEqual([volume]);
    expect(await project.states()).toEqual(['web-1 running']);
    const yes = await atTerminal(project, 'down -v', 'y\n');
    expect(yes.code, yes.stdout).toBe(0);
    expect((await project.world()).volumes).toEqual([]);
    await project.ok('up', '-d');
    const flag = await atTerminal(project, 'down -v -y');
    expect(flag.stdout).not.toContain('Go on?');
    expect((await project.world()).volumes).toEqual([]);
  },
);
