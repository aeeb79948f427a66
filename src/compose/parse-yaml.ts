/**
 * YAML text -> trees of `node.ts`, one per document. Scalars are resolved by our own table (`scalars.ts`), merge keys and
 * aliases are expanded here, duplicate keys and oversized documents are refused with their place.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ComposeError, fail } from '../base/errors.ts';
import {
  formatPath,
  MapNode,
  type Node,
  type Path,
  type Place,
  Scalar,
  Seq,
  spanOf,
  type Tag,
} from './node.ts';
import { resolvePlain } from './scalars.ts';
import type { SourceFile } from './source.ts';

/** Nodes that one document may expand to through its aliases. A limit on aliases themselves refuses real files. */
const maxNodes = 1_000_000;
const maxDepth = 200;

/**
 * Parses every document of a file; empty documents are left out.
 *
 * @throws {ComposeError} `E_YAML`, `E_YAML_DUPLICATE_KEY`, `E_YAML_LIMIT`, all that were found
 */
export function parseYaml(file: SourceFile): Node[] {
  refuseNul(file);
  refuseDepth(file);
  const documents = parseDocuments(file);
  const problems = documents.flatMap((document) => syntaxErrors(file, document));
  if (problems.length > 0) throw new ComposeError(problems);
  const trees: Node[] = [];
  for (const document of documents) {
    if (!document.contents) continue;
    const reader = new Reader(file, document);
    const tree = reader.read(document.contents as ParsedNode, [], 0);
    if (reader.problems.length > 0) throw new ComposeError(reader.problems);
    trees.push(tree);
  }
  return trees;
}

function parseDocuments(file: SourceFile): Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(file.text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: new LineCounter(),
    });
    return 'empty' in parsed ? [] : (parsed as Document.Parsed[]);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file, 0);
    throw error;
  }
}

function syntaxErrors(file: SourceFile, document: Document.Parsed): Diagnostic[] {
  return document.errors.map((error) => {
    const span = file.span(error.pos[0], error.pos[1]);
    const tab = error.code === 'TAB_AS_INDENT';
    return {
      code: 'E_YAML',
      severity: 'error',
      message: `not valid YAML: ${error.message.replace(/\n[\s\S]*/, '')}`,
      span,
      ...(tab ? { hint: 'indent with spaces' } : {}),
    };
  });
}

function refuseNul(file: SourceFile): void {
  const at = file.text.indexOf('\0');
  if (at >= 0) throw fail('E_YAML', 'the file has a NUL character', { span: file.span(at, at + 1) });
}

function tooDeep(file: SourceFile, at: number): ComposeError {
  return fail('E_YAML_LIMIT', `the document is nested more than ${maxDepth} levels deep`, {
    span: file.span(at, at + 1),
  });
}

/** Flow collections could nest deeper than the parser's stack: count them before it runs. Quotes and comments make it err only upwards. */
function refuseDepth(file: SourceFile): void {
  let depth = 0;
  for (let i = 0; i < file.text.length; i++) {
    const c = file.text.charCodeAt(i);
    if (c === 91 || c === 123) {
      depth += 1;
      if (depth > maxDepth * 10) throw tooDeep(file, i);
    } else if ((c === 93 || c === 125) && depth > 0) depth -= 1;
    else if (c === 10 && depth <= maxDepth) depth = Math.max(0, depth);
  }
}

function tagOf(tag: string | undefined): Tag | undefined {
  if (tag === '!reset') return 'reset';
  return tag === '!override' ? 'override' : undefined;
}

class Reader {
  readonly problems: Diagnostic[] = [];
  readonly #file: SourceFile;
  readonly #document: Document.Parsed;
  /** Expanded size of each node, itself included. */
  readonly #sizes = new WeakMap<Node, number>();
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<string>();

  constructor(file: SourceFile, document: Document.Parsed) {
    this.#file = file;
    this.#document = document;
  }

  read(node: ParsedNode | null, path: Path, depth: number): Node {
    if (depth > maxDepth) throw tooDeep(this.#file, node?.range[0] ?? 0);
    if (node === null) return new Scalar(null, 'null', { file: this.#file, start: 0, end: 0 });
    if (isAlias(node)) return this.#alias(node);
    const anchor = node.anchor;
    if (anchor) this.#open.add(anchor);
    const result = this.#value(node, path, depth);
    if (anchor) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, result);
    }
    return result;
  }

  #place(node: ParsedNode): Place {
    return { file: this.#file, start: node.range[0], end: node.range[1] };
  }

  #alias(node: ParsedNode): Node {
    const name = (node as unknown as { source: string }).source;
    const found = this.#anchors.get(name);
    if (found) return found;
    const place = this.#place(node);
    const message = this.#open.has(name) ? `anchor "${name}" contains itself` : `unknown anchor "${name}"`;
    this.problems.push({ code: 'E_YAML', severity: 'error', message, ...spanned(place) });
    return new Scalar(null, 'null', place);
  }

  #value(node: ParsedNode, path: Path, depth: number): Node {
    const place = this.#place(node);
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed, path, depth, place);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.read(item as ParsedNode, [...path, index], depth + 1),
      );
      return this.#sized(new Seq(items, place, tagOf(node.tag)), items);
    }
    return this.#scalar(node, place);
  }

  #scalar(node: ParsedNode, place: Place): Scalar {
    if (!isScalar(node)) return new Scalar(null, 'null', place);
    const source = String(node.value ?? '');
    const tag = node.tag;
    if (node.type !== 'PLAIN' || tag === 'tag:yaml.org,2002:str') {
      return new Scalar(source, 'string', place, tagOf(tag));
    }
    const resolved = resolvePlain(source);
    return new Scalar(resolved.value, resolved.type, place, tagOf(tag));
  }

  #map(node: YAMLMap.Parsed, path: Path, depth: number, place: Place): Node {
    const entries = new Map<string, Node>();
    const keys = new Map<string, Place>();
    const merges: { node: ParsedNode | null; place: Place }[] = [];
    for (const pair of node.items as Pair<ParsedNode, ParsedNode | null>[]) {
      const keyPlace = this.#place(pair.key);
      if (isMergeKey(pair.key)) {
        if (merges.length > 0) this.#duplicate('<<', keyPlace, merges[0]?.place);
        merges.push({ node: pair.value, place: keyPlace });
        continue;
      }
      const key = this.#key(pair.key, path, keyPlace);
      if (key === undefined) continue;
      if (entries.has(key)) this.#duplicate(key, keyPlace, keys.get(key));
      const value =
        pair.value === null
          ? new Scalar(null, 'null', keyPlace)
          : this.read(pair.value, [...path, key], depth + 1);
      entries.set(key, value);
      keys.set(key, keyPlace);
    }
    for (const merge of merges) this.#merge(merge.node, entries, keys, depth, path);
    return this.#sized(new MapNode(entries, keys, place, tagOf(node.tag)), entries.values());
  }

  #key(node: ParsedNode, path: Path, place: Place): string | undefined {
    const key = isAlias(node) ? this.#alias(node) : isScalar(node) ? this.#scalar(node, place) : undefined;
    if (key?.kind === 'scalar' && typeof key.value === 'string') return key.value;
    const shown = key?.kind === 'scalar' ? String(key.value) : 'a mapping or list';
    const where = path.length > 0 ? formatPath(path) : 'the top level';
    this.problems.push({
      code: 'E_SCHEMA',
      severity: 'error',
      message: `non-string key in ${where}: ${shown}`,
      hint: `write it in quotes: "${shown}"`,
      ...spanned(place),
    });
    return undefined;
  }

  #duplicate(key: string, place: Place, first: Place | undefined): void {
    const span = spanOf(first);
    this.problems.push({
      code: 'E_YAML_DUPLICATE_KEY',
      severity: 'error',
      message: `mapping key "${key}" is already defined`,
      ...spanned(place),
      ...(span ? { related: [{ message: 'first defined here', span }] } : {}),
    });
  }

  /** `<<: *a` or `<<: [*a, *b]`: what the map has itself wins, then the earlier of the list. */
  #merge(
    node: ParsedNode | null,
    entries: Map<string, Node>,
    keys: Map<string, Place>,
    depth: number,
    path: Path,
  ): void {
    const value = this.read(node, [...path, '<<'], depth + 1);
    const sources = value.kind === 'seq' ? value.items : [value];
    for (const source of sources) {
      if (source.kind !== 'map') {
        const message = 'a merge key (<<) takes a mapping or a list of mappings';
        this.problems.push({ code: 'E_YAML', severity: 'error', message, ...spanned(source) });
        continue;
      }
      for (const [key, inherited] of source.entries) {
        if (entries.has(key)) continue;
        entries.set(key, inherited);
        keys.set(key, source.keys.get(key) ?? inherited);
      }
    }
  }

  /** Remembers the expanded size; refuses a document that grows past the budget. */
  #sized<T extends MapNode | Seq>(node: T, children: Iterable<Node>): T {
    let size = 1;
    for (const child of children) size += this.#sizes.get(child) ?? 1;
    if (size > maxNodes) {
      const message = `the document expands to more than ${maxNodes.toLocaleString('en')} values through its aliases`;
      throw fail('E_YAML_LIMIT', message, spanned(node));
    }
    this.#sizes.set(node, size);
    return node;
  }
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function spanned(place: Place): { span?: ReturnType<SourceFile['span']> } {
  const span = spanOf(place);
  return span ? { span } : {};
}
