import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ComposeError } from '../../src/base/errors.ts';
import { expandInstruction } from '../../src/containerfile/expand.ts';
import { expandWord } from '../../src/containerfile/expand-word.ts';
import { goMatch } from '../../src/containerfile/go-match.ts';
import { parseIgnoreFile } from '../../src/containerfile/ignore.ts';
import { parseContainerfile, readContainerfile } from '../../src/containerfile/parse.ts';
import { printContainerfile } from '../../src/containerfile/print.ts';
import type { ContainerFile } from '../../src/containerfile/types.ts';

const word = fc.constantFrom(
  'a',
  '/b/c',
  '$v',
  '${v:-d}',
  '"q r"',
  "'s'",
  'x=1',
  'Y="a b"',
  '\\$z',
  'é',
  '--from=a',
  '--mount=type=cache,target=/c',
  '--chown=1:2',
  '<<EOF',
  "<<-'END'",
  '["a","b"]',
  '[',
  'AS',
  'name',
  '80/tcp',
  '#',
  '`',
  '\\',
  '${v%.*}',
  'CMD',
  'NONE',
  '--interval=3s',
);
const keyword = fc.constantFrom(
  'FROM',
  'RUN',
  'CMD',
  'LABEL',
  'MAINTAINER',
  'EXPOSE',
  'ENV',
  'ADD',
  'COPY',
  'ENTRYPOINT',
  'VOLUME',
  'USER',
  'WORKDIR',
  'ARG',
  'ONBUILD',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'SHELL',
  'run',
  'From',
  'FOO',
);
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\\n# c\n  ', ' `\n');
const line = fc
  .tuple(keyword, fc.array(fc.tuple(gap, word), { maxLength: 5 }))
  .map(([first, rest]) => first + rest.flat().join(''));
const extra = fc.constantFrom('# comment', '', 'EOF', 'END', '\tEOF', 'text $v');
/** Text that looks like a Containerfile more often than not. */
const lookalike = fc
  .tuple(
    fc.constantFrom('', '# escape=`\n', '# syntax=x\n', '\uFEFF'),
    fc.array(fc.oneof({ weight: 3, arbitrary: line }, extra), { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([head, lines, end]) => `${head}FROM base${end}${lines.join(end)}`);
const text = fc.oneof(lookalike, fc.string({ unit: 'binary', maxLength: 200 }));

/** All but the places and what hangs on empty lines. */
function withoutPlaces(file: ContainerFile): unknown {
  const drop = new Set(['span', 'contentSpan', 'warnings']);
  return JSON.parse(JSON.stringify(file, (key, value: unknown) => (drop.has(key) ? undefined : value)));
}

describe('parsing', () => {
  it('throws diagnostics or nothing, each with a place inside the text', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { errors, file } = readContainerfile(source, 'f');
        const lines = source.replace(/^\uFEFF/, '').split('\n');
        for (const { span, message } of [...errors, ...file.warnings]) {
          expect(message).not.toBe('');
          expect(span?.line).toBeGreaterThan(0);
          expect(span?.line).toBeLessThanOrEqual(Math.max(lines.length, 1));
          expect(span?.column).toBeLessThanOrEqual((lines[(span?.line ?? 1) - 1] ?? '').length + 1);
        }
        if (errors.length === 0) expect(parseContainerfile(source, 'f')).toEqual(file);
        else expect(() => parseContainerfile(source, 'f')).toThrow(ComposeError);
      }),
      { numRuns: 300 },
    );
  });

  it('of what was printed gives the same', () => {
    fc.assert(
      fc.property(lookalike, (source) => {
        const { file } = readContainerfile(source, 'f');
        if (file.stages.length === 0) return;
        expect(withoutPlaces(readContainerfile(printContainerfile(file), 'f').file)).toEqual(
          withoutPlaces(file),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('of words gives the text that stands at their place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z$/]{1,8}$/), { minLength: 2, maxLength: 5 }),
        gap,
        (words, between) => {
          fc.pre(between.trim() !== '`');
          const source = `FROM a\nCOPY ${words.join(between)}`;
          const copy = parseContainerfile(source, 'f').stages[0]?.instructions[0];
          if (copy?.kind !== 'copy') throw new Error('no COPY');
          const all = [...copy.sources, copy.dest];
          expect(all.map((one) => one.text)).toEqual(words);
          const lines = source.split('\n');
          for (const { text: written, span } of all)
            expect(lines[span.line - 1]?.slice(span.column - 1, (span.endColumn ?? 0) - 1)).toBe(written);
        },
      ),
    );
  });
});

describe('expansion', () => {
  it('throws diagnostics or nothing', () => {
    fc.assert(
      fc.property(lookalike, (source) => {
        for (const stage of readContainerfile(source, 'f').file.stages)
          for (const instruction of stage.instructions)
            try {
              const done = expandInstruction(instruction, (name) => (name === 'v' ? 'v1.2' : undefined));
              expect(done.kind).toBe(instruction.kind);
            } catch (error) {
              expect(error).toBeInstanceOf(ComposeError);
            }
      }),
      { numRuns: 200 },
    );
  });

  it('leaves text in single quotes alone, and gives a quoted value back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(expandWord('"$v"', () => value)).toBe(value);
        expect(expandWord('$v', () => value)).toBe(value);
        const plain = value.replaceAll("'", '');
        expect(expandWord(`'${plain}'`, () => 'x')).toBe(plain);
        expect(expandWord([...value].map((ch) => `\\${ch}`).join(''), () => 'x')).toBe(value);
      }),
    );
  });
});

describe('patterns', () => {
  const name = fc
    .stringMatching(/^[a-z.]{1,6}(\/[a-z.]{1,6}){0,2}$/)
    .filter((one) => !/(^|\/)\.{1,2}(\/|$)/.test(one));
  it('match a name that is quoted character by character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        expect(goMatch([...value].map((ch) => `\\${ch}`).join(''), value)).toBe(true);
      }),
    );
  });
  it('ignore what they name and all below it, and take back what follows with a !', () => {
    fc.assert(
      fc.property(name, name, (folder, below) => {
        const path = `${folder}/${below}`;
        const { ignores } = parseIgnoreFile(`${folder}\n`, 'f');
        expect([ignores(folder), ignores(path), ignores(`${folder}x`)]).toEqual([true, true, false]);
        const back = parseIgnoreFile(`${folder}\n!${path}\n`, 'f');
        expect([back.ignores(folder), back.ignores(path), back.prunes(folder)]).toEqual([true, false, false]);
      }),
    );
  });
});
