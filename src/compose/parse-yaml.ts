/** Phase `parse`: YAML text -> trees of `node.ts`, one per document. What is not valid YAML is refused with its place. */
import { type Document, isMap as isYamlMap, type ParsedNode, parseAllDocuments, type YAMLError } from 'yaml';
import { type AdvisedDiagnostic, refuse, refuseAll } from './advice.ts';
import { isMap, MapNode, type Node, type Place } from './node.ts';
import { joinQuotedLines, openingQuote } from './quoted-texts.ts';
import { maxDepth, TreeReader, tooDeep } from './read-yaml.ts';
import type { SourceFile } from './source.ts';
import { type Part, type Piece, splitYaml } from './split-yaml.ts';

/** After so many the rest follows from the first. */
const maxSyntaxErrors = 20;
/** From this length on a file is parsed in pieces. */
export const largeText = 128 * 1024;

/**
 * Parses every document of a file; empty documents are left out.
 *
 * @param pieceFrom - length of text from which on it is parsed in pieces
 * @throws {ComposeError} `E_YAML`, `E_YAML_DUPLICATE_KEY`, `E_YAML_LIMIT`, all that were found
 */
export function parseYaml(file: SourceFile, pieceFrom: number = largeText): Node[] {
  refuseNul(file);
  refuseVersion(file);
  refuseDepth(file);
  const parts = file.text.length >= pieceFrom ? splitYaml(file.text) : undefined;
  const tree = parts ? readParts(file, parts) : undefined;
  return tree ? [tree] : parseWhole(file);
}

function parseWhole(file: SourceFile): Node[] {
  const { documents, joined } = parseJoined(file);
  const problems = documents.flatMap((document) => syntaxErrors(file, document));
  if (problems.length > 0) throw refuseAll(problems);
  const trees: Node[] = [];
  for (const document of documents) {
    if (!document.contents) continue;
    const reader = new TreeReader(file, joined);
    const tree = reader.readPiece(document.contents as ParsedNode, 0, [], 0);
    if (reader.problems.length > 0) throw refuseAll(reader.problems);
    trees.push(tree);
  }
  return trees;
}

/** More than anybody writes. */
const maxJoined = 100;

/**
 * Parses, and again while there are quoted texts whose lines have to be put together first, or dashes that are texts: to Compose tools
 * `[cat, -]` is a list of two.
 */
function parseJoined(file: SourceFile): {
  documents: Document.Parsed[];
  joined: ReadonlyMap<number, string>;
} {
  const joined = new Map<number, string>();
  let { text } = file;
  for (;;) {
    const documents = parseDocuments(file, { start: 0, end: text.length }, text);
    const errors = documents.flatMap((document) => document.errors);
    const dashes = errors.flatMap((error) => loneDash(error, text));
    if (dashes.length > 0) {
      for (const at of dashes) joined.set(at, '-');
      text = withStandIns(text, dashes);
      continue;
    }
    const cut = errors.flatMap(unclosedQuote)[0];
    const next = cut && joined.size < maxJoined ? joinQuotedLines(text, file.text, cut) : undefined;
    if (!next || joined.has(next.start)) return { documents, joined };
    joined.set(next.start, next.value);
    text = next.text;
  }
}

/** Where the parser takes a dash in brackets for the beginning of a list. */
function loneDash({ code, pos: [start] }: YAMLError, text: string): number[] {
  return code === 'BLOCK_IN_FLOW' && /^-[,\]}]/.test(text.slice(start, start + 2)) ? [start] : [];
}

function withStandIns(text: string, at: readonly number[]): string {
  const letters = text.split('');
  for (const offset of at) letters[offset] = '_';
  return letters.join('');
}

function unclosedQuote({ code, message, pos }: YAMLError): { quote: string; at: number }[] {
  const quote = code === 'MISSING_CHAR' ? /^Missing closing (["'])quote/.exec(message)?.[1] : undefined;
  return quote === undefined ? [] : [{ quote, at: pos[0] }];
}

/** Undefined when anything is wrong: parsing the whole then says what, as for a small file. */
function readParts(file: SourceFile, parts: readonly Part[]): MapNode | undefined {
  const reader = new TreeReader(file);
  const root = new Joined(file);
  for (const part of parts) {
    if (part.kind === 'entries') {
      if (!readEntries(root, reader, part.piece, [], 0)) return undefined;
      continue;
    }
    const section = new Joined(file);
    for (const piece of part.pieces)
      if (!readEntries(section, reader, piece, [part.key], 1)) return undefined;
    const map = section.map();
    if (!map || !root.add(part.key, map, { file, ...part.place })) return undefined;
  }
  return root.map();
}

function readEntries(
  into: Joined,
  reader: TreeReader,
  piece: Piece,
  path: readonly string[],
  depth: number,
): boolean {
  const [document, another] = parseDocuments(into.file, piece);
  if (!document || another || document.errors.length > 0) return false;
  // Nothing but comments.
  if (!document.contents) return true;
  if (!isYamlMap(document.contents)) return false;
  const map = reader.readPiece(document.contents as ParsedNode, piece.start, path, depth);
  return reader.problems.length === 0 && isMap(map) && !map.tag && into.addAll(map);
}

/** One mapping that is put together from pieces. */
class Joined {
  readonly file: SourceFile;
  readonly #entries = new Map<string, Node>();
  readonly #keys = new Map<string, Place>();
  #start: number | undefined;
  #end = 0;

  constructor(file: SourceFile) {
    this.file = file;
  }

  /** False when the key is there already. */
  add(key: string, value: Node, place: Place, end: number = value.end): boolean {
    if (this.#entries.has(key)) return false;
    this.#entries.set(key, value);
    this.#keys.set(key, place);
    this.#start ??= place.start;
    this.#end = Math.max(this.#end, end);
    return true;
  }

  addAll(map: MapNode): boolean {
    for (const [key, value] of map.entries) {
      if (!this.add(key, value, map.keys.get(key) ?? value, map.end)) return false;
    }
    return true;
  }

  map(): MapNode | undefined {
    if (this.#start === undefined) return undefined;
    return new MapNode(this.#entries, this.#keys, { file: this.file, start: this.#start, end: this.#end });
  }
}

function parseDocuments(file: SourceFile, piece: Piece, whole: string = file.text): Document.Parsed[] {
  const text = whole.slice(piece.start, piece.end);
  try {
    const parsed = parseAllDocuments(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      // Tags are read with the values: they mean what they mean to Compose tools.
      resolveKnownTags: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return 'empty' in parsed ? [] : (parsed as Document.Parsed[]);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file, piece.start);
    throw error;
  }
}

function syntaxErrors(file: SourceFile, document: Document.Parsed): AdvisedDiagnostic[] {
  const errors = document.errors.filter(
    ({ code, message }) => code !== 'BAD_DQ_ESCAPE' || !/\\'$/.test(message),
  );
  return errors.slice(0, maxSyntaxErrors).map((error) => {
    if (/call stack/.test(error.message)) throw tooDeep(file, error.pos[0]);
    const open = unclosedQuote(error)[0];
    const opening = open ? openingQuote(file.text, open.quote, open.at) : -1;
    if (open && opening >= 0) {
      const span = file.span(opening, error.pos[1]);
      const message = `not valid YAML: the quote ${open.quote} is not closed`;
      return { code: 'E_YAML', severity: 'error', message, span, hint: `end the text with ${open.quote}` };
    }
    const span = file.span(error.pos[0], error.pos[1]);
    return {
      code: 'E_YAML',
      severity: 'error',
      message: `not valid YAML: ${error.message.replace(/\n[\s\S]*/, '')}`,
      span,
      hint: syntaxHints[error.code] ?? usualHint,
    };
  });
}

const usualHint =
  'look at the line and the one before: indentation, quotes, brackets, and a space after ":" and "-"';

/** What to do about what the YAML library says. */
const syntaxHints: Partial<Readonly<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'write *NAME for an anchor; put other texts that begin with * in quotes',
  BAD_DIRECTIVE: 'leave the line out, or put a text that begins with % in quotes',
  BAD_DQ_ESCAPE: String.raw`write \\ for a backslash, or use single quotes`,
  BAD_INDENT: 'indent entries of one mapping or list alike',
  BAD_SCALAR_START: 'put the text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a text with ": " in quotes, or begin a mapping on a line of its own',
  BLOCK_IN_FLOW: 'within { } and [ ] write { NAME: VALUE } and [ITEM, ITEM]',
  MISSING_CHAR: 'quotes and brackets come in pairs, items are separated by "," and names end in ":"',
  MULTILINE_IMPLICIT_KEY: 'write ":" after the name, or put a text of several lines in quotes',
  MULTIPLE_ANCHORS: 'keep one of them',
  MULTIPLE_TAGS: 'keep one of them',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'leave the tag out',
  UNEXPECTED_TOKEN: 'put the text in quotes, or begin it on a line of its own',
};

function refuseNul(file: SourceFile): void {
  const at = file.text.indexOf('\0');
  if (at >= 0)
    throw refuse('E_YAML', 'the file has a NUL character', {
      span: file.span(at, at + 1),
      hint: 'remove it, or save the file as UTF-8',
    });
}

/** A document that says which YAML it is: compose tools read 1.1 only. */
const yamlVersion = /^%YAML[ \t]+(?!1\.1\b)\S+/m;

function refuseVersion(file: SourceFile): void {
  const found = yamlVersion.exec(file.text);
  // A directive stands before the document: elsewhere the line is text.
  if (!found || /^[^#%\s]/m.test(file.text.slice(0, found.index).replace(/^---.*$/gm, ''))) return;
  throw refuse('E_YAML', 'found incompatible YAML document', {
    span: file.span(found.index, found.index + found[0].length),
    hint: 'leave the %YAML line out: compose tools refuse every version but 1.1',
  });
}

/** Dashes and question marks of collections that begin on one line. */
const manyMarkers = /^ *(?:[-?] +){1000}/m;

/**
 * Collections could nest deeper than the parser's stack: they are counted before it runs. Quotes and comments make the count err only
 * upwards, so it allows for ten times of what is allowed.
 */
function refuseDepth(file: SourceFile): void {
  const line = manyMarkers.exec(file.text);
  if (line) throw tooDeep(file, line.index);
  let depth = 0;
  for (let i = 0; i < file.text.length; i++) {
    const c = file.text.charCodeAt(i);
    if (c === 91 || c === 123) {
      depth += 1;
      if (depth > maxDepth * 10) throw tooDeep(file, i);
    } else if ((c === 93 || c === 125) && depth > 0) depth -= 1;
  }
}
