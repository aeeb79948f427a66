/** A plan as JSON that may be shown: pasted into a report of a bug, kept in a log of CI. */
import type { Plan } from './types.ts';

/** Names of variables and build arguments whose values are secrets: PGPASSWORD, API_TOKEN, SIGNING_KEY, ... */
const secretName =
  /(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS?|(?:^|[_.-])(?:PASS|(?:API)?KEY))$/i;

/** The maps of names and values that a specification holds: a container's, a hook's, a build's. */
const valueMaps: ReadonlySet<string> = new Set(['env', 'environment', 'args']);

const mask = '***';

/** One line of JSON; values with a name that says secret read `***`. */
export function maskedJson(plan: Plan): string {
  return JSON.stringify(plan, (key, value: unknown) => (valueMaps.has(key) ? masked(value) : value));
}

function masked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, secretName.test(name) ? mask : text]),
  );
}
