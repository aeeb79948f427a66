/** The YAML library's syntax tree -> the tree of `node.ts`: scalars resolved, merge keys and aliases expanded, keys checked. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type YAMLMap,
  type Scalar as YamlScalar,
} from 'yaml';
import { didYouMean } from '../base/did-you-mean.ts';
import type { ComposeError } from '../base/errors.ts';
import { type AdvisedDiagnostic, refuse } from './advice.ts';
import { packKeys } from './key-places.ts';
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
import { refusedEscapeIn, unquote } from './quoted-texts.ts';
import { resolvePlain, resolveTagged } from './scalars.ts';
import type { SourceFile } from './source.ts';

/** Values that aliases may repeat in one document. A limit on the aliases themselves refuses real files. */
const maxRepeated = 1_000_000;
export const maxDepth = 200;

/** The error for a document that is nested deeper than anybody means. */
export function tooDeep(file: SourceFile, at: number): ComposeError {
  return refuse('E_YAML_LIMIT', `the document is nested more than ${maxDepth} levels deep`, {
    span: file.span(at, at + 1),
    hint: 'close what has been opened: no attribute is deeper than 20 levels',
  });
}

function tagOf(tag: string | undefined): Tag | undefined {
  if (tag === '!reset') return 'reset';
  return tag === '!override' ? 'override' : undefined;
}

interface Anchored {
  readonly node: Node;
  /** Values it stands for, itself and what its own aliases stand for included. */
  readonly size: number;
}

/** Reads the syntax trees of one document, which may come in several pieces of its text. */
export class TreeReader {
  readonly problems: AdvisedDiagnostic[] = [];
  readonly #file: SourceFile;
  readonly #joined: ReadonlyMap<number, string>;
  readonly #anchors = new Map<string, Anchored>();
  readonly #open = new Set<string>();
  /** Of the piece that is read, in the file. */
  #offset = 0;
  /** Values read so far, those that aliases repeat included. */
  #size = 0;
  /** Those that aliases repeated. */
  #repeated = 0;

  /** @param joined - offset of a quoted text whose lines had to be put together -> what it says */
  constructor(file: SourceFile, joined: ReadonlyMap<number, string> = new Map()) {
    this.#file = file;
    this.#joined = joined;
  }

  /**
   * @param offset - of the piece's text in the file
   * @param depth - of the node in the document
   * @throws {ComposeError} `E_YAML_LIMIT`; everything else is put into `problems`
   */
  readPiece(node: ParsedNode, offset: number, path: Path, depth: number): Node {
    this.#offset = offset;
    return this.read(node, path, depth);
  }

  read(node: ParsedNode | null, path: Path, depth: number): Node {
    if (depth > maxDepth) throw tooDeep(this.#file, this.#offset + (node?.range[0] ?? 0));
    if (node === null) return new Scalar(null, 'null', { file: this.#file, start: 0, end: 0 });
    if (isAlias(node)) return this.#alias(node);
    const anchor = node.anchor;
    const before = this.#size;
    this.#size += 1;
    if (anchor) this.#open.add(anchor);
    const result = this.#value(node, path, depth);
    if (anchor) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, { node: result, size: this.#size - before });
    }
    return result;
  }

  #place(node: ParsedNode): Place {
    return { file: this.#file, start: this.#offset + node.range[0], end: this.#offset + node.range[1] };
  }

  #alias(node: ParsedNode): Node {
    const name = (node as unknown as { source: string }).source;
    const found = this.#anchors.get(name);
    const place = this.#place(node);
    if (found) {
      this.#repeat(found.size, place);
      return found.node;
    }
    const isOpen = this.#open.has(name);
    const message = isOpen ? `anchor "${name}" contains itself` : `unknown anchor "${name}"`;
    const hint = isOpen
      ? 'write the value instead of the alias'
      : (didYouMean(name, this.#anchors.keys()) ??
        `write &${name} before the value that is meant, above this`);
    this.problems.push({ code: 'E_YAML', severity: 'error', message, hint, ...spanned(place) });
    return new Scalar(null, 'null', place);
  }

  #value(node: ParsedNode, path: Path, depth: number): Node {
    const place = this.#place(node);
    if (isMap(node)) return this.#map(node as YAMLMap.Parsed, path, depth, place);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.read(item as ParsedNode, [...path, index], depth + 1),
      );
      return new Seq(items, place, tagOf(node.tag));
    }
    return this.#scalar(node, place);
  }

  #scalar(node: ParsedNode, place: Place): Scalar {
    if (!isScalar(node)) return new Scalar(null, 'null', place);
    const source = this.#source(node, place);
    const { tag } = node;
    if (tag !== undefined && tag !== '!') return this.#tagged(tag, source, place);
    if (node.type !== 'PLAIN') return new Scalar(source, 'string', place);
    const resolved = resolvePlain(source);
    return new Scalar(resolved.value, resolved.type, place);
  }

  #source(node: YamlScalar, place: Place): string {
    const joined = this.#joined.get(place.start);
    if (joined !== undefined) return joined;
    if (node.type !== 'QUOTE_DOUBLE') return node.source ?? '';
    const written = this.#file.text.slice(place.start, place.end).trimEnd();
    if (!written.includes('\\')) return node.source ?? '';
    const refused = refusedEscapeIn(written);
    if (refused) {
      const start = place.start + refused.at;
      this.problems.push({
        code: 'E_YAML',
        severity: 'error',
        message: `not valid YAML: unknown escape ${refused.escape}`,
        hint: 'write the character itself',
        ...spanned({ file: this.#file, start, end: start + refused.escape.length }),
      });
    }
    return written.includes("\\'") ? unquote(written) : (node.source ?? '');
  }

  #tagged(tag: string, source: string, place: Place): Scalar {
    const resolved = resolveTagged(tag, source);
    if (!('error' in resolved)) return new Scalar(resolved.value, resolved.type, place, tagOf(tag));
    const hint = 'leave the tag out, or write a value of its type';
    this.problems.push({
      code: 'E_YAML',
      severity: 'error',
      message: resolved.error,
      hint,
      ...spanned(place),
    });
    return new Scalar(source, 'string', place);
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
    return new MapNode(entries, packKeys(keys), place, tagOf(node.tag));
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
      hint: 'keep one of the two',
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
        const hint = 'write <<: *NAME for an anchor of a mapping';
        this.problems.push({ code: 'E_YAML', severity: 'error', message, hint, ...spanned(source) });
        continue;
      }
      for (const [key, inherited] of source.entries) {
        if (entries.has(key)) continue;
        entries.set(key, inherited);
        keys.set(key, source.keys.get(key) ?? inherited);
      }
    }
  }

  /** Refuses a document that grows past the budget: ten lines of aliases can stand for more values than there is memory. */
  #repeat(size: number, at: Place): void {
    this.#size += size;
    this.#repeated += size;
    if (this.#repeated <= maxRepeated) return;
    const message = `the document expands to more than ${maxRepeated.toLocaleString('en')} values through its aliases`;
    throw refuse('E_YAML_LIMIT', message, {
      ...spanned(at),
      hint: 'repeat less: an alias of an anchor full of aliases multiplies them',
    });
  }
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function spanned(place: Place): { span?: ReturnType<SourceFile['span']> } {
  const span = spanOf(place);
  return span ? { span } : {};
}
