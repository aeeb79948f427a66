import { describe, expect, it } from 'vitest';
import { parseContainerfile } from '../../../src/containerfile/parse.ts';
import { baseOf, findStage, sourceStage, sourcesOf, targetStage } from '../../../src/containerfile/stages.ts';
import type { Stage } from '../../../src/containerfile/types.ts';

const file = parseContainerfile(
  `FROM img AS One
FROM one AS two
COPY --from=ONE /a /b
RUN --mount=type=bind,from=0,target=/x --mount=type=cache,target=/c,from=other --mount=target=/y z
ADD x /y
FROM SCRATCH
FROM 1 AS four
COPY --from=four /a /b
COPY --from=five /a /b
FROM img2 AS five
`,
  'f',
);

function stage(index: number): Stage {
  const found = file.stages[index];
  if (!found) throw new Error(`no stage ${index}`);
  return found;
}

describe('stages', () => {
  it.each<[string, number, number | undefined]>([
    ['one', 5, 0],
    ['ONE', 5, 0],
    ['2', 5, 2],
    ['0', 0, undefined],
    ['two', 1, undefined],
    ['two', 2, 1],
    ['9', 5, undefined],
    ['nope', 5, undefined],
  ])('%s, before %i', (reference, before, expected) => {
    expect(findStage(file, reference, before)?.index).toBe(expected);
  });

  it.each<[string | undefined, number]>([
    [undefined, 4],
    ['Two', 1],
    ['3', 3],
    ['five', 4],
  ])('target %s', (target, expected) => {
    expect(targetStage(file, target).index).toBe(expected);
  });

  it('tells of a target that there is not', () => {
    expect(() => targetStage(file, 'tow')).toThrow('f has no stage "tow"');
    try {
      targetStage(file, 'tow');
    } catch (error) {
      expect(error).toMatchObject({
        diagnostics: [{ code: 'E_CONTAINERFILE', hint: 'did you mean "two"?' }],
      });
    }
  });

  it.each([
    [0, { kind: 'image', reference: 'img' }],
    [1, { kind: 'stage', index: 0 }],
    [2, { kind: 'scratch' }],
    [3, { kind: 'stage', index: 1 }],
  ])('base of stage %i', (index, expected) => {
    expect(baseOf(file, stage(index), stage(index).from)).toEqual(expected);
  });

  it('finds where an instruction takes files from', () => {
    const sources = stage(1).instructions.map((one) => sourcesOf(one).map((source) => source.reference));
    expect(sources).toEqual([['ONE'], ['0', 'other'], []]);
    const all = stage(1).instructions.flatMap(sourcesOf);
    expect(all.map((source) => sourceStage(file, stage(1), source)?.index)).toEqual([0, 0, undefined]);
  });

  it('refuses a stage that takes from itself, from a later one or from a number that is none', () => {
    const [itself, later] = stage(3).instructions.flatMap(sourcesOf);
    const take = (source: typeof itself) => () => source && sourceStage(file, stage(3), source);
    expect(take(itself)).toThrow('stage "four" cannot take files from itself');
    expect(take(later)).toThrow('stage "five" is defined further down');
    expect(take(itself && { ...itself, reference: '7' })).toThrow('there is no stage 7');
  });

  it('of two with one name takes the later', () => {
    const twice = parseContainerfile('FROM a AS x\nFROM b AS x\nFROM x\n', 'f');
    expect(findStage(twice, 'x', 2)?.index).toBe(1);
    expect(findStage(twice, 'x', 1)?.index).toBe(0);
  });
});
