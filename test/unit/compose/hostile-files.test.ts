import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskReader } from '../../../src/compose/reader.ts';
import { complaints } from '../../support/load-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'tscompose-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
mkdirSync(at('directory'));
execFileSync('mkfifo', [at('pipe')]);
writeFileSync(at('huge'), '');
truncateSync(at('huge'), 50 * 1000 * 1000);
symlinkSync('nowhere', at('dangling'));
symlinkSync('round', at('round'));

const problems: [string, string, string][] = [
  [
    'a missing file',
    at('missing'),
    'E_FILE_NOT_FOUND file PATH does not exist (correct the path, or make the file)',
  ],
  [
    'a link to nowhere',
    at('dangling'),
    'E_FILE_NOT_FOUND file PATH does not exist (correct the path, or make the file)',
  ],
  [
    'a link to itself',
    at('round'),
    'E_FILE_NOT_FOUND file PATH does not exist (correct the path, or make the file)',
  ],
  [
    'a directory',
    at('directory'),
    'E_FILE_UNREADABLE file PATH cannot be read: it is a directory (name a file in it)',
  ],
  [
    'a pipe',
    at('pipe'),
    'E_FILE_UNREADABLE file PATH cannot be read: it is not a regular file (name a file with its text)',
  ],
  [
    'a device',
    '/dev/zero',
    'E_FILE_UNREADABLE file PATH cannot be read: it is not a regular file (name a file with its text)',
  ],
  [
    '50 MB',
    at('huge'),
    'E_FILE_UNREADABLE file PATH cannot be read: it is larger than 20 MiB (name a smaller file: this is hardly the one that is meant)',
  ],
  [
    'what gives an error',
    '/proc/self/mem',
    'E_FILE_UNREADABLE file PATH cannot be read: it is not readable for you (change who may read it)',
  ],
];

describe('given as the compose file', () => {
  it.each(problems)('%s', (_what, path, expected) => {
    const found = complaints('', { reader: diskReader, files: [path] });
    expect(found).toEqual([expected.replace('PATH', path)]);
  });
});

describe('named in a compose file', () => {
  it.each(problems)('%s to include', (_what, path, expected) => {
    writeFileSync(at('main'), `include:\n  - ${path}\nservices:\n  a: {image: x}\n`);
    const found = complaints('', { reader: diskReader, files: [at('main')] });
    expect(found).toEqual([`${at('main')}:2:5 ${expected.replace('PATH', path)}`]);
  });

  it.each(problems)('%s as an env file', (_what, path, expected) => {
    writeFileSync(at('main'), `services:\n  a:\n    image: x\n    env_file:\n      - ${path}\n`);
    const found = complaints('', { reader: diskReader, files: [at('main')] });
    const message = expected.replace(
      /file PATH does not exist.*/,
      'env file PATH of service "a" not found (make the file, or set required: false)',
    );
    const wanted = message
      .replace('file PATH cannot', 'env file PATH of service "a" cannot')
      .replace('PATH', path);
    expect(found).toEqual([`${at('main')}:5:9 ${wanted}`]);
  });
});
