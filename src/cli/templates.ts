import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `init` lists; a test holds the keys equal to the folders in `templates`. */
export const templateSummaries: Readonly<Record<string, string>> = {
  'one-service': 'one web server with a page, published on 127.0.0.1',
  sidecar: 'two services that share their pod: the one in front asks the one behind at 127.0.0.1',
  'web-db': 'a web server built here, PostgreSQL, a migration that runs once, a secret, health checks',
  'shared-base': 'two images from one Containerfile whose common stage is built once',
};

export interface TemplateFile {
  /** Relative to the project, with /. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** Files of a template, sorted. npm leaves out files of the name .gitignore, so they are kept without the dot. */
export function templateFiles(name: string): TemplateFile[] {
  const root = join(templatesFolder(), name);
  const walk = (folder: string): TemplateFile[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return walk(path);
      const full = join(root, path);
      const shown = path.replace(/(^|\/)gitignore$/, '$1.gitignore');
      return [{ path: shown, bytes: readFileSync(full), mode: statSync(full).mode & 0o777 }];
    });
  return walk('').sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The package's `templates`: beside the source as well as beside the bundle. */
export function templatesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'templates');
    if (isFolder(candidate) && isFolder(join(candidate, 'one-service'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the templates are missing from this installation');
    folder = parent;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
