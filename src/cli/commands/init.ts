import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { fail } from '../../base/errors.ts';
import { defineCommand } from '../command.ts';
import type { Session } from '../session.ts';
import { type TemplateFile, templateFiles, templateSummaries } from '../templates.ts';

export const init = defineCommand({
  name: 'init',
  usage: '[OPTIONS] [TEMPLATE] [DIR]',
  summary:
    'Lay down a project that runs as it is, each with a Makefile. Without a template, list them. No file is ever overwritten.',
  flags: {},
  operands: { min: 0, max: 2 },
  examples: [
    ['tscompose init', 'list the templates'],
    ['tscompose init one-service hello', 'make the project hello in a folder of that name'],
    ['tscompose init web-db', 'make it in this folder'],
  ],
  run: async ({ operands }, session) => {
    const [name, written = '.'] = operands;
    if (name === undefined) {
      for (const [template, text] of Object.entries(templateSummaries))
        session.print(`${template.padEnd(12)}  ${text}\n`);
      return 0;
    }
    if (!Object.hasOwn(templateSummaries, name))
      throw fail('E_USAGE', `unknown template: ${name}`, {
        hint: didYouMean(name, Object.keys(templateSummaries)) ?? 'tscompose init lists them',
      });
    const folder = resolve(session.cwd, written);
    const files = templateFiles(name);
    refuseExisting(folder, files);
    if (session.options.dryRun) {
      for (const { path } of files) session.print(`${join(written, path)}\n`);
      return 0;
    }
    for (const file of files) write(folder, file);
    tell(session, files, folder);
    return 0;
  },
});

function refuseExisting(folder: string, files: readonly TemplateFile[]): void {
  const existing = files.filter(({ path }) => lstatSync(join(folder, path), { throwIfNoEntry: false }));
  if (existing.length === 0) return;
  throw fail('E_USAGE', `${folder} has ${existing.map(({ path }) => path).join(', ')} already`, {
    hint: 'nothing was written; name another folder: tscompose init TEMPLATE DIR',
  });
}

function write(folder: string, file: TemplateFile): void {
  const path = join(folder, file.path);
  mkdirSync(dirname(path), { recursive: true });
  // "wx": should the file have come into being meanwhile, it is not touched.
  writeFileSync(path, file.bytes, { flag: 'wx', mode: file.mode });
}

function tell(session: Session, files: readonly TemplateFile[], folder: string): void {
  const place = relative(session.cwd, folder);
  for (const { path } of files) session.print(`${join(place, path)}\n`);
  if (session.options.progress === 'quiet') return;
  const go = place === '' ? '' : `cd ${place} && `;
  session.output.stderr.write(`next: ${go}make up\n`);
}
