import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for what can be had again: `tscompose` in the user's cache. By the XDG Base Directory Specification a relative
 * XDG_CACHE_HOME counts as none.
 */
export function cacheHome(env: Readonly<Record<string, string | undefined>>): string {
  const written = env['XDG_CACHE_HOME'];
  return join(written?.startsWith('/') ? written : join(env['HOME'] || homedir(), '.cache'), 'tscompose');
}
