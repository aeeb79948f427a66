import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/setup/rootless', import.meta.url));
const { username, uid } = userInfo();
const tools = ['bash', 'uname', 'id', 'grep', 'awk', 'cat'] as const;
const helpers = ['newuidmap', 'newgidmap'] as const;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-rootless-'));
  mkdirSync(join(root, 'bin'));
  for (const tool of tools) {
    const path = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(root, 'bin', tool));
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

interface Machine {
  /** Absent as `undefined`. */
  readonly subuid?: string | undefined;
  readonly subgid?: string | undefined;
  readonly helpers?: readonly string[];
  readonly tun?: boolean;
  readonly maxUserNamespaces?: string;
}

/** A machine where all is well, apart from what `lacks` says. @returns the lines that were said, without their "setup: " */
function check(lacks: Machine): { code: number | null; lines: string[] } {
  const machine = {
    subuid: `${username}:100000:65536\n`,
    subgid: `${username}:100000:65536\n`,
    helpers,
    tun: true,
    maxUserNamespaces: '15000\n',
    ...lacks,
  };
  for (const [path, text] of [
    ['etc/subuid', machine.subuid],
    ['etc/subgid', machine.subgid],
  ] as const)
    if (text !== undefined) write(path, text);
  for (const helper of machine.helpers) {
    write(`bin/${helper}`, '#!/bin/sh\n');
    chmodSync(join(root, 'bin', helper), 0o755);
  }
  if (machine.tun) write('dev/net/tun', '');
  write('proc/sys/user/max_user_namespaces', machine.maxUserNamespaces);
  const { status, stdout, stderr } = spawnSync(join(root, 'bin/bash'), [script, root], {
    env: { PATH: join(root, 'bin') },
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  const lines = stderr.split('\n').filter(Boolean);
  return { code: status, lines: lines.map((line) => line.replace(/^setup: /, '')) };
}

// Elsewhere Podman runs in a virtual machine that brings all of it, and the script says nothing.
describe.runIf(process.platform === 'linux')(
  'what an ordinary user lacks for rootless Podman (Linux)',
  () => {
    it('is nothing where all is there, by name or by number', () => {
      expect(check({})).toEqual({ code: 0, lines: [] });
      expect(check({ subuid: `${uid}:100000:65536\n` })).toEqual({ code: 0, lines: [] });
    });

    it('is subordinate ids: the hint has a range behind those that are given', () => {
      expect(check({ subuid: 'somebody:100000:65536\nelse:200000:1000\n', subgid: '' })).toEqual({
        code: 1,
        lines: [
          `the user ${username} has no subordinate ids in /etc/subuid and /etc/subgid: containers of a user are made of them`,
          `  hint: sudo usermod --add-subuids 201000-266535 --add-subgids 201000-266535 ${username} && podman system migrate`,
        ],
      });
    });

    it('is files that are not there at all', () => {
      const { code, lines } = check({ subuid: undefined, subgid: undefined });
      expect([code, lines.at(-1)]).toEqual([
        1,
        `  hint: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username} && podman system migrate`,
      ]);
    });

    it('is one of the two files, or an empty range in it', () => {
      const { code, lines } = check({ subgid: `${username}:100000:0\n` });
      expect([code, lines[0]]).toEqual([
        1,
        `the user ${username} has no subordinate ids in /etc/subgid: containers of a user are made of them`,
      ]);
    });

    it('is the program that maps ids', () => {
      expect(check({ helpers: ['newuidmap'] })).toEqual({
        code: 1,
        lines: [
          "newgidmap is missing: it gives a container the user's subordinate ids",
          '  hint: install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora) or shadow (Arch, SUSE)',
        ],
      });
    });

    it('is the device of the network', () => {
      expect(check({ tun: false })).toEqual({
        code: 1,
        lines: [
          '/dev/net/tun is missing: containers of a user have no network without it',
          '  hint: sudo modprobe tun; inside a container or a virtual machine, let its host pass the device in (--device /dev/net/tun)',
        ],
      });
    });

    it('is more than one thing: all are said at once', () => {
      const { code, lines } = check({ subuid: '', tun: false, maxUserNamespaces: '0\n', helpers: [] });
      expect(code).toBe(1);
      expect(lines.filter((line) => !line.startsWith('  hint: '))).toEqual([
        `the user ${username} has no subordinate ids in /etc/subuid: containers of a user are made of them`,
        "newuidmap is missing: it gives a container the user's subordinate ids",
        "newgidmap is missing: it gives a container the user's subordinate ids",
        '/dev/net/tun is missing: containers of a user have no network without it',
        'this machine allows no user namespaces',
      ]);
    });
  },
);
