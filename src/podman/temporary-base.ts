/** Where Podman puts what it writes on the way: large files, so that people with little room there say another place. */
import { join, resolve } from 'node:path';
import { namesIn, textOf } from './look.ts';

/**
 * As Podman finds it: TMPDIR, then `image_copy_tmp_dir` of containers.conf (the word `storage` means a directory of the store), then
 * /var/tmp.
 *
 * @param graphRoot - of a local store
 * @see https://github.com/containers/common/blob/main/docs/containers.conf.5.md
 */
export function temporaryBase(
  environment: Readonly<Record<string, string | undefined>>,
  graphRoot: string | undefined,
): string {
  const given = environment['TMPDIR'];
  if (given) return resolve(given);
  const written = configFiles(environment).map(textOf).flatMap(copyFolder).at(-1);
  if (written === 'storage' && graphRoot !== undefined) return join(graphRoot, 'tmp');
  return written?.startsWith('/') ? written : '/var/tmp';
}

function copyFolder(text: string): string[] {
  const value = /^\s*image_copy_tmp_dir\s*=\s*["']([^"'\n]+)["']/m.exec(text)?.[1];
  return value === undefined ? [] : [value];
}

/** Those that count more come later. */
function configFiles(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const only = environment['CONTAINERS_CONF'];
  if (only) return [only];
  const home = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || '/root', '.config');
  const folders = ['/usr/share/containers', '/etc/containers', join(home, 'containers')];
  return folders.flatMap((folder) => {
    const more = join(folder, 'containers.conf.d');
    const names = namesIn(more).filter((name) => name.endsWith('.conf'));
    return [join(folder, 'containers.conf'), ...names.toSorted().map((name) => join(more, name))];
  });
}
