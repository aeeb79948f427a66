/** What a table has under a key that somebody wrote: `constructor` and its kin are in every object, and in no table. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
