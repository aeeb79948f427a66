import { fail } from '../base/errors.ts';

export type Row = object;

export interface ListFormat<R extends Row> {
  /** What `--format` said; undefined: table. */
  readonly format: string | undefined;
  readonly rows: readonly R[];
  /** Columns of the table: heading and value. */
  readonly columns: readonly (readonly [heading: string, value: (row: R) => string])[];
  /** json: one object a line, or one array. */
  readonly json: 'lines' | 'array';
}

/**
 * Prints a list as `--format` asks: `table`, `json`, or a template in a small part of Go's language: `{{.Field}}`, `{{json .}}`,
 * `{{json .Field}}`, and `table` before it for aligned columns with headings.
 *
 * @throws {ComposeError} `E_USAGE` for a template that goes beyond that, or an unknown field
 */
export function formatList<R extends Row>(list: ListFormat<R>): string {
  const format = list.format ?? 'table';
  if (format === 'table')
    return table(
      list.columns.map(([head]) => head),
      list.rows.map((row) => list.columns.map(([, value]) => value(row))),
    );
  if (format === 'json' && list.json === 'lines')
    return list.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (format === 'json' || format === 'json-array') return `${JSON.stringify(list.rows)}\n`;
  const isTable = /^table[ \t]/.test(format);
  const template = (isTable ? format.slice('table'.length).trimStart() : format)
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const parts = parse(template);
  if (!isTable) return list.rows.map((row) => `${parts.map((part) => part(row)).join('')}\n`).join('');
  const headings = template.replace(/\{\{([^}]*)\}\}/g, (_all, inner: string) => heading(inner));
  const cells = list.rows.map((row) =>
    parts
      .map((part) => part(row))
      .join('')
      .split('\t'),
  );
  return table(headings.split('\t'), cells);
}

/** Columns padded to their widest cell, three spaces between; the last one is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_heading, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

type Part = (row: Row) => string;

function parse(template: string): Part[] {
  return template
    .split(/(\{\{[^}]*\}\})/)
    .filter((text) => text !== '')
    .map((text) => {
      if (!text.startsWith('{{')) return () => text;
      const action = text.slice(2, -2).replace(/^-|-$/g, '').trim();
      return action.startsWith('json ') || action.endsWith('| json') ? jsonPart(action) : fieldPart(action);
    });
}

function jsonPart(action: string): Part {
  const path = action.replace(/^json\s+/, '').replace(/\s*\|\s*json$/, '');
  if (path === '.') return (row) => JSON.stringify(row);
  const name = fieldName(path);
  return (row) => JSON.stringify(read(row, name));
}

function fieldPart(action: string): Part {
  const name = fieldName(action);
  return (row) => {
    const value = read(row, name);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  };
}

function fieldName(path: string): string {
  const name = /^\.(\w+)$/.exec(path)?.[1];
  if (name === undefined)
    throw fail('E_USAGE', `--format: "{{${path}}}" is not supported`, {
      hint: 'use {{.Field}}, {{json .}} or {{json .Field}}',
    });
  return name;
}

function read(row: Row, name: string): unknown {
  if (!Object.hasOwn(row, name))
    throw fail('E_USAGE', `--format: there is no field "${name}"`, {
      hint: `the fields are ${Object.keys(row).join(', ')}`,
    });
  return (row as Record<string, unknown>)[name];
}

/** `.RunningFor` is headed RUNNING FOR. */
function heading(action: string): string {
  const name = action.replace(/^\s*(?:json\s+)?\.?/, '').trim();
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}
