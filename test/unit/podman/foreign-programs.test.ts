import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runsArchitecture } from '../../../src/podman/foreign-programs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tscompose-binfmt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (name: string, magic: string, state = 'enabled'): void =>
  writeFileSync(
    join(folder, name),
    `${state}\ninterpreter /usr/bin/${name}\nflags: OCF\noffset 0\nmagic ${magic}\nmask ${'f'.repeat(magic.length)}\n`,
  );
const arm64 = '7f454c460201010000000000000000000200b700';
const s390x = '7f454c4602020100000000000000000000020016';

it('finds emulators by the programs that they are for, whatever they are called', () => {
  writeFileSync(join(folder, 'status'), 'enabled\n');
  writeFileSync(
    join(folder, 'jar'),
    'enabled\ninterpreter /usr/bin/jexec\nflags:\noffset 0\nmagic 504b0304\n',
  );
  expect(runsArchitecture('amd64', 'arm64', folder)).toBe(false);
  entry('any-name', arm64);
  entry('qemu-s390x', s390x);
  expect(runsArchitecture('amd64', 'arm64', folder)).toBe(true);
  expect(runsArchitecture('amd64', 's390x', folder)).toBe(true);
  expect(runsArchitecture('amd64', 'riscv64', folder)).toBe(false);
  entry('any-name', arm64, 'disabled');
  expect(runsArchitecture('amd64', 'arm64', folder)).toBe(false);
});

it('runs what the processor runs', () => {
  writeFileSync(join(folder, 'status'), 'enabled\n');
  expect(runsArchitecture('amd64', 'amd64', folder)).toBe(true);
  expect(runsArchitecture('amd64', '386', folder)).toBe(true);
});

it('cannot tell without the list of the kernel, or for a name that it does not know', () => {
  expect(runsArchitecture('amd64', 'arm64', folder)).toBeUndefined();
  writeFileSync(join(folder, 'status'), 'enabled\n');
  expect(runsArchitecture('amd64', 'vax', folder)).toBeUndefined();
});
