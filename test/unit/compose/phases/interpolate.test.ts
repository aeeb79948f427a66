/** Phase `interpolate`: variables in values, then types where an attribute asks for one. */
import { describe, expect, test } from 'vitest';
import { complaints, serviceAfter } from '../../../support/load-text.ts';

const env = { SET: 'v', EMPTY: '', OTHER: 'o', NUMBER: '5', YES: 'true' };
const hostname = (template: string): unknown =>
  (serviceAfter('interpolate', `{image: x, hostname: '${template}'}`, { env }) as { hostname: unknown })
    .hostname;

describe('the grammar', () => {
  test.each([
    ['$SET', 'v'],
    ['${SET}', 'v'],
    ['a${SET}b$SET', 'avbv'],
    ['$$SET', '$SET'],
    ['$', '$'],
    ['$1', '$1'],
    ['a$(b)', 'a$(b)'],
    ['${NOT:-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${SET:-d}', 'v'],
    ['${SET:+a}', 'a'],
    ['${EMPTY:+a}', ''],
    ['${EMPTY+a}', 'a'],
    ['${NOT+a}', ''],
    ['${NOT:-${OTHER}}', 'o'],
    ['${NOT:-${NO:-x${SET}}}', 'xv'],
    ['${SET:-${NOT:?never}}', 'v'],
    ['${SET:?m}', 'v'],
    ['${NOT:-{"a":1}}', '{"a":1}'],
    ['${NOT:-a:-b}', 'a:-b'],
  ])('%s', (template, value) => {
    expect(hostname(template)).toBe(value);
  });

  test('what is nested costs no more than its depth', () => {
    const levels = 200;
    for (const operator of [':+', ':-', '+', '-'])
      expect(hostname(`${`\${SET${operator}`.repeat(levels)}x${'}'.repeat(levels)}`)).toBe(
        operator.endsWith('+') ? 'x' : 'v',
      );
  });

  test.each([
    ['${', '${'],
    ['${}', '${}'],
    ['${ SET}', '${ SET}'],
    ['${SET/x/y}', '${SET/x/y}'],
    ['${SET:=x}', '${SET:=x}'],
    ['${#SET}', '${#SET}'],
    ['${SET:-x${NOT!}}', '${NOT!}'],
    ['${EMPTY:+${}}', '${}'],
    ['${SET?${NOT', '${SET?${NOT'],
    ['${SET-${NOT}', '${NOT'],
  ])('%s is refused', (template, part) => {
    expect(complaints(`services:\n  a:\n    image: x\n    hostname: '${template}'\n`, { env })).toEqual([
      `compose.yaml:4:${16 + template.indexOf(part)} E_INTERPOLATION services.a.hostname: invalid interpolation format: ${part} (write $$ for a plain dollar sign)`,
    ]);
  });

  test('a variable that is required says so where it stands', () => {
    expect(complaints('services: {a: {image: "x:${TAG:?which ${SET}}"}}\n', { env })).toEqual([
      'compose.yaml:1:26 E_INTERPOLATION services.a.image: required variable TAG is missing a value: which v (set TAG or give it a default)',
    ]);
  });

  test('one that is not set is said once', () => {
    expect(complaints('services: {a: {image: "x:$NOT", hostname: $NOT}}\n')).toEqual([
      'compose.yaml:1:23 W_UNSET_VARIABLE The "NOT" variable is not set. Defaulting to a blank string. (give it a default: ${NOT:-value})',
    ]);
  });

  test('keys are not templates, and what a variable says is none either', () => {
    expect(
      serviceAfter('interpolate', '{image: x, labels: {$SET: $TEMPLATE}}', {
        env: { ...env, TEMPLATE: '$SET' },
      }),
    ).toMatchObject({
      labels: { $SET: '$SET' },
    });
  });
});

describe('types', () => {
  test.each<[string, unknown]>([
    ['privileged: "${YES}"', { privileged: true }],
    ['init: "no"', { init: false }],
    ['scale: $NUMBER', { scale: 5 }],
    ['cpus: "1.5"', { cpus: 1.5 }],
    ['cpu_count: "08"', { cpu_count: 8 }],
    ['ports: [{target: $NUMBER}]', { ports: [{ target: 5 }] }],
    ['hostname: $NUMBER', { hostname: '5' }],
    ['labels: {a: $NUMBER}', { labels: { a: '5' } }],
  ])('%s', (written, value) => {
    expect(serviceAfter('interpolate', `{image: x, ${written}}`, { env })).toMatchObject(value as object);
  });

  test.each([
    ['scale: $SET', 'services.a.scale: "v" is not an integer'],
    ['privileged: $SET', 'services.a.privileged: invalid boolean: v'],
    ['cpus: "1,5"', 'services.a.cpus: "1,5" is not a number'],
  ])('%s', (written, message) => {
    expect(complaints(`services: {a: {image: x, ${written}}}\n`, { env })[0]).toContain(`E_VALUE ${message}`);
  });

  test('without interpolation nothing changes', () => {
    expect(
      serviceAfter('interpolate', '{image: "x:$TAG", scale: "${N}"}', {
        noInterpolate: true,
        resolve: false,
      }),
    ).toEqual({
      image: 'x:$TAG',
      scale: '${N}',
    });
  });
});
