// Bundles the command into dist/: see scripts/bundle.mjs.
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle.mjs';

await bundleCommand(fileURLToPath(new URL('../dist', import.meta.url)));
