import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../../src/compose/node.ts';
import { parseYaml } from '../../../src/compose/parse-yaml.ts';
import { SourceFile } from '../../../src/compose/source.ts';
import { type Part, splitYaml } from '../../../src/compose/split-yaml.ts';

/** Everything of a tree: kinds, values, tags and places of values and keys. How much blank space ends a collection does not matter. */
function shape(node: Node): unknown {
  const own = [node.kind, node.tag ?? '', node.start];
  if (node.kind === 'scalar') return [...own, node.end, node.type, node.value];
  if (node.kind === 'seq') return [...own, node.items.map(shape)];
  return [
    ...own,
    [...node.entries].map(([key, value]) => [
      key,
      node.keys.get(key)?.start,
      node.keys.get(key)?.end,
      shape(value),
    ]),
  ];
}

function asMap(part: Part, text: string): string {
  return part.kind === 'entries'
    ? text.slice(part.piece.start, part.piece.end)
    : `${part.key}: ${part.pieces.length}`;
}

const filler = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `  s${i}:\n    image: "app:${i}"\n    environment:\n    - A=${i}\n    # note\n\n`,
  ).join('');

const large = `# heading
x-common: &common
  restart: always
name: big
services:
${filler(40)}  last:
    <<: *common
    image: &image "x"
    command: |
      a: b
        services:

      - c
volumes:
  data: {}
networks:
  default: { driver_opts: { a: *image } }
`;

describe('splitting a large file', () => {
  it('cuts at the entries of a section and nowhere else', () => {
    const parts = splitYaml(large) ?? [];
    expect(parts.map((part) => asMap(part, large))).toEqual([
      '# heading\nx-common: &common\n  restart: always\n',
      'name: big\n',
      'services: 2',
      'volumes:\n  data: {}\n',
      'networks:\n  default: { driver_opts: { a: *image } }\n',
    ]);
    const services = parts[2];
    const pieces = services?.kind === 'section' ? services.pieces : [];
    expect(pieces.map(({ start }) => large.slice(start, start + 6))).toEqual(['  s0:\n', '  s32:']);
  });

  it.each([
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a directive', '%YAML 1.2\n---\na: 1\n'],
    ['a list', '- a\n- b\n'],
    ['a flow mapping', '{a: 1}\n'],
    ['an explicit key', '? a\n: b\n'],
    ['a tag', '!x\na: 1\n'],
    ['a merge key', '<<: {a: 1}\nb: 2\n'],
    ['nothing', ''],
    ['a comment', '# a\n'],
  ])('leaves %s whole', (_what, text) => {
    expect(splitYaml(text)).toBeUndefined();
  });
});

describe('a file that is parsed in pieces', () => {
  it('gives the tree of the whole, places included', () => {
    const file = new SourceFile('f', large);
    expect(parseYaml(file, 0).map(shape)).toEqual(parseYaml(file, Number.POSITIVE_INFINITY).map(shape));
  });

  it('gives the same errors as the whole', () => {
    for (const text of [
      large.replace('  last:', '  s3:'),
      large.replace('  last:', '  1:'),
      large.replace('name: big', 'volumes: {}'),
      large.replace('"app:7"', '"app:7'),
      large.replace('*image', '*imag'),
      large.replace('restart: always', 'restart: [always'),
    ]) {
      const errors = [0, Number.POSITIVE_INFINITY].map((from) => {
        try {
          parseYaml(new SourceFile('f', text), from);
          return 'no error';
        } catch (error) {
          return (error as { diagnostics?: unknown }).diagnostics ?? error;
        }
      });
      expect(errors[0]).toEqual(errors[1]);
      expect(errors[0]).not.toBe('no error');
    }
  });

  it.each(exampleFiles())('is the same for %s', (path) => {
    const file = new SourceFile(path, readFileSync(path, 'utf8'));
    expect(parseYaml(file, 0).map(shape)).toEqual(parseYaml(file, Number.POSITIVE_INFINITY).map(shape));
  });
});

function exampleFiles(): string[] {
  return readdirSync('examples', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join('examples', entry.name, 'compose.yaml'));
}
