import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { databaseKnows, databaseState, databaseStates } from '../../../src/podman/database.ts';

/** The first page of an SQLite file. */
function sqlite(count: number, { journal = 1 } = {}): Buffer {
  const page = Buffer.alloc(4096);
  page.write('SQLite format 3\0', 'latin1');
  page[18] = journal;
  page[19] = journal;
  page.writeUInt32BE(count, 24);
  return page;
}

/** The first two pages of a Bolt file. */
function bolt(transactions: readonly [bigint, bigint], pageBytes = 4096): Buffer {
  const pages = Buffer.alloc(2 * pageBytes);
  for (const [index, transaction] of transactions.entries()) {
    const start = index * pageBytes;
    pages.writeUInt32LE(0xed0cdaed, start + 16);
    pages.writeUInt32LE(pageBytes, start + 24);
    pages.writeBigUInt64LE(transaction, start + 64);
  }
  return pages;
}

describe("the state of Podman's database", () => {
  const root = mkdtempSync(join(tmpdir(), 'tscompose-database-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const file = join(root, 'db');
  const stateOf = (bytes: Buffer | string): string | undefined => {
    writeFileSync(file, bytes);
    return databaseState(file);
  };

  it('is another one after each change, and the same without one', () => {
    const states = [
      sqlite(1),
      sqlite(2),
      bolt([1n, 2n]),
      bolt([3n, 2n]),
      bolt([3n, 4n]),
      bolt([3n, 4n], 65_536),
    ];
    const told = states.map(stateOf);
    expect(told.every((state) => state !== undefined)).toBe(true);
    expect(new Set(told.slice(0, 5)).size).toBe(5);
    expect(states.map(stateOf)).toEqual(told);
    expect(stateOf(bolt([2n ** 60n, 2n ** 60n + 1n]))).toContain('1152921504606846977');
  });

  it('is another one for another file of the same content', () => {
    const before = stateOf(sqlite(1));
    writeFileSync(`${file}.next`, sqlite(1));
    expect(databaseState(`${file}.next`)).not.toBe(before);
  });

  it('is not told where the file does not tell it', () => {
    expect(stateOf(sqlite(1, { journal: 2 }))).toBeUndefined();
    expect(stateOf('')).toBeUndefined();
    expect(stateOf('SQLite')).toBeUndefined();
    expect(stateOf(Buffer.alloc(8192))).toBeUndefined();
    expect(stateOf(bolt([1n, 2n]).subarray(0, 4096))).toBeUndefined();
    expect(databaseState(join(root, 'missing'))).toBeUndefined();
    expect(databaseState(root)).toBeUndefined();
  });

  it('is looked for where Podman keeps it, and a database tells which containers it has', () => {
    mkdirSync(join(root, 'libpod'));
    writeFileSync(join(root, 'db.sql'), Buffer.concat([sqlite(7), Buffer.from('{"id":"abc123"}')]));
    writeFileSync(join(root, 'libpod/bolt_state.db'), bolt([1n, 2n]));
    expect([...databaseStates(root).keys()]).toEqual([
      join(root, 'db.sql'),
      join(root, 'libpod/bolt_state.db'),
    ]);
    expect(databaseKnows(join(root, 'db.sql'), 'abc123')).toBe(true);
    expect(databaseKnows(join(root, 'libpod/bolt_state.db'), 'abc123')).toBe(false);
    expect(databaseKnows(join(root, 'missing'), 'abc123')).toBe(false);
  });
});
