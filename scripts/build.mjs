// Bundles the command: dist/cli.js is a small launcher, dist/tscompose.cjs all the rest. One file, since compiled code can be kept for
// a whole script only (src/cli/load-code.ts); what is imported lazily is still evaluated only when it is needed.

import { createHash } from 'node:crypto';
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** What both files have in common. */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
};
const code = 'dist/tscompose.cjs';

await rm('dist/cli.js', { force: true });
await build({
  ...common,
  entryPoints: ['src/cli/run.ts'],
  outfile: code,
  format: 'cjs',
  // import() in a script needs a loader of its own; require() does not.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
});
const identity = createHash('sha256')
  .update(await readFile(code))
  .digest('hex');
await build({
  ...common,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: 'dist',
  format: 'esm',
  define: { CODE_IDENTITY: JSON.stringify(identity.slice(0, 16)) },
  banner: { js: '#!/usr/bin/env node' },
});
await chmod('dist/cli.js', 0o755);
