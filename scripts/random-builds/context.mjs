/** A build context at random: directories, modes, owners, links of both kinds, an archive, an ignore file. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const names = ['a', 'b', 'c.txt', 'd e', '.hid', 'ü', 'x.md', 'y.txt', 'z.tar'];

/**
 * @param {import('../choices.mjs').Choices} choices
 * @param {string} folder - is made
 * @returns {{ paths: string[], archive: string | undefined }} relative to the folder
 */
export function makeContext(choices, folder) {
  mkdirSync(folder, { recursive: true });
  const folders = [''];
  const paths = [];
  for (let left = choices.between(4, 12); left > 0; left--) {
    const name = `${choices.of(names)}${choices.of(['', '', '1', '2'])}`;
    const path = join(choices.of(folders), name);
    if (paths.includes(path)) continue;
    if (makeEntry(choices, { folder, path, paths, folders })) paths.push(path);
  }
  if (paths.length === 0) {
    writeFileSync(join(folder, 'a'), 'alone\n');
    paths.push('a');
  }
  const archive = choices.chance(0.5) ? makeArchive(choices, folder, paths) : undefined;
  if (choices.chance(0.35)) writeIgnoreFile(choices, folder, paths);
  return { paths, archive };
}

function makeEntry(choices, { folder, path, paths, folders }) {
  const full = join(folder, path);
  const kind = choices.number();
  if (kind < 0.3) {
    mkdirSync(full);
    chmodSync(full, choices.of([0o755, 0o755, 0o700, 0o775, 0o1777, 0o750]));
    folders.push(path);
    return true;
  }
  if (kind < 0.8) {
    writeFileSync(full, choices.of(['hello\n', '', 'x'.repeat(1000), path]));
    if (process.getuid() === 0 && choices.chance(0.3))
      chownSync(full, choices.of([0, 1000]), choices.of([0, 50]));
    chmodSync(full, choices.of([0o644, 0o644, 0o600, 0o755, 0o4755, 0o640]));
    return true;
  }
  if (kind < 0.93) {
    const beside = paths.filter((one) => dirname(one) === dirname(path)).map((one) => basename(one));
    symlinkSync(
      choices.of([...beside, ...(beside.length === 0 || choices.chance(0.05) ? ['nowhere'] : [])]),
      full,
    );
    return true;
  }
  const files = paths.filter((one) => lstatSync(join(folder, one)).isFile());
  if (files.length === 0) return false;
  linkSync(join(folder, choices.of(files)), full);
  return true;
}

function makeArchive(choices, folder, paths) {
  const archive = `archive.tar${choices.of(['', '.gz', '.bz2', '.xz'])}`;
  const parts = [choices.of(paths), choices.of(paths)];
  spawnSync('tar', ['--create', '--auto-compress', `--file=${archive}`, ...parts], { cwd: folder });
  return existsSync(join(folder, archive)) ? archive : undefined;
}

function writeIgnoreFile(choices, folder, paths) {
  const patterns = ['*.txt', '**/*.md', '*/a', '**/c.txt', '?', '[ab]', '*', 'd*/', '# a comment', 'a/**'];
  const lines = Array.from({ length: choices.between(1, 4) }, () => {
    const path = choices.of(paths);
    return `${choices.of(['', '', '!'])}${choices.of([path, path, `${path}/*`, `/${path}`, ...patterns])}\n`;
  });
  writeFileSync(join(folder, choices.of(['.dockerignore', '.containerignore'])), lines.join(''));
}
