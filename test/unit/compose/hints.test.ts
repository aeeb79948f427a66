/** Every code of the language: where it points, what is shown of the file, and that it says what to do. */
import { describe, expect, test } from 'vitest';
import type { Code } from '../../../src/base/codes.ts';
import { codes } from '../../../src/base/codes.ts';
import { formatSpan } from '../../../src/base/span.ts';
import { renderDiagnostics } from '../../../src/report/diagnostics.ts';
import { diagnosticsOf, type Files } from '../../support/load-text.ts';

const service = 'services:\n  web:\n    image: x\n';

/** What yields the code, and the text that the carets stand below. */
const samples: readonly (readonly [code: Code, file: string | Files, marked: string])[] = [
  ['E_YAML', `${service}    command: "x\n`, '"x'],
  ['E_YAML', `${service}\tports: []\n`, ''],
  ['E_YAML', `${service}    command: [a, b\n`, ''],
  ['E_YAML', `${service}    environment: {A: *one}\nx-a: &ones 1\n`, '*one'],
  ['E_YAML', `${service}    environment:\n      <<: 5\n`, '5'],
  ['E_YAML', `${service}    init: !!bool 5\n`, '5'],
  ['E_YAML_DUPLICATE_KEY', `${service}    image: y\n`, 'image'],
  ['E_YAML_LIMIT', `x-a: ${'['.repeat(300)}${']'.repeat(300)}\n${service}`, ''],
  ['E_INTERPOLATION', `${service}    command: echo \${A\n`, '${A'],
  ['E_INTERPOLATION', `${service}    command: echo \${A:?said}\n`, '${A:?said}'],
  ['E_ENV_FILE', { '/p/compose.yaml': `${service}    env_file: e\n`, '/p/e': 'A=1\nB C=2\n' }, 'B C'],
  ['E_FILE_NOT_FOUND', `${service}    env_file: gone\n`, 'gone'],
  ['E_FILE_NOT_FOUND', `include: [gone.yaml]\n${service}`, 'gone.yaml'],
  [
    'E_FILE_UNREADABLE',
    { '/p/compose.yaml': `${service}    env_file: d\n`, '/p/d': Uint8Array.of(0xff) },
    'd',
  ],
  ['E_MERGE', `${service}    ports: ["80"]\n---\nservices:\n  web:\n    ports: {a: b}\n`, '{a: b}'],
  ['E_EXTENDS', `${service}    extends: {service: wbe}\n`, '{service: wbe}'],
  ['E_EXTENDS', `${service}    extends: web\n`, 'web'],
  ['E_INCLUDE', `include: ["https://example.com/a.git"]\n${service}`, '"https://example.com/a.git"'],
  ['E_INCLUDE', `include: [compose.yaml]\n${service}`, 'compose.yaml'],
  ['E_SCHEMA', `${service}    imgae: y\n`, 'imgae'],
  ['E_SCHEMA', `${service}    ports: 80\n`, '80'],
  ['E_SCHEMA', `${service}    pull_policy: alway\n`, 'alway'],
  ['E_SCHEMA', `${service}    container_name: a\n`, 'a'],
  ['E_SCHEMA', `${service}    oom_score_adj: 5000\n`, '5000'],
  ['E_SCHEMA', `${service}  5: {}\n`, '5'],
  ['E_SCHEMA', '- a\n', '- a'],
  ['E_VALUE', `${service}    ports: ["99999"]\n`, '"99999"'],
  ['E_VALUE', `${service}    mem_limit: much\n`, 'much'],
  ['E_VALUE', `${service}    healthcheck: {interval: "5"}\n`, '"5"'],
  ['E_VALUE', `${service}    command: "echo 'a"\n`, '"echo \'a"'],
  ['E_CONSISTENCY', 'services:\n  web: {}\n', 'web'],
  ['E_CONSISTENCY', `${service}    network_mode: host\n    networks: [default]\n`, 'host'],
  ['E_CONSISTENCY', `${service}    volumes: ["/a:/t"]\n    tmpfs: /t\n`, '/t'],
  ['E_UNDEFINED', `${service}    depends_on: [wbe]\n`, 'wbe'],
  ['E_UNDEFINED', `${service}    volumes: ["data:/d"]\n`, '"data:/d"'],
  ['E_CYCLE', `${service}    depends_on: [web]\n`, 'web'],
  ['E_PROJECT_NAME', `name: "--"\n${service}`, '"--"'],
  ['W_UNSET_VARIABLE', `${service}    command: $A\n`, '$A'],
  ['W_OBSOLETE', `version: "3"\n${service}`, 'version'],
  ['W_OBSOLETE', `${service}networks: {n: {external: {name: m}}}\n`, '{name: m}'],
  ['W_OBSOLETE', `${service}    init: !!str yes\n`, 'yes'],
  ['W_UNSUPPORTED', `${service}    x-podman: {rootsf: a}\n`, 'rootsf'],
  ['W_UNSUPPORTED', `${service}x-podman: {pod_args: [a]}\n`, 'pod_args'],
  ['W_AMBIGUOUS', `${service}    command: a | b\n`, 'a | b'],
];

describe('what is wrong in a file', () => {
  test.each(samples)('%s of %j', (code, file, marked) => {
    const files = typeof file === 'string' ? { '/p/compose.yaml': file } : file;
    const found = diagnosticsOf(files, {}).filter((diagnostic) => diagnostic.code === code);
    expect(found).not.toEqual([]);
    for (const diagnostic of found) {
      const { span, hint, severity } = diagnostic;
      expect(severity).toBe(code.startsWith('W_') ? 'warning' : 'error');
      expect(hint).toMatch(/\w{2}/);
      const text = String(files[span?.path ?? '']);
      const line = text.split('\n')[(span?.line ?? 0) - 1] ?? '';
      const shown = renderDiagnostics([diagnostic], { textOf: (path) => String(files[path]), colour: false });
      const rows = shown.split('\n');
      expect(rows[0]).toBe(`${span && formatSpan(span)}: ${severity} ${code}: ${diagnostic.message}`);
      expect(rows.at(-2)).toBe(`  hint: ${hint}`);
      // The carets stand below the part of the line that the position names.
      const carets = rows[2]?.slice(8) ?? '';
      const column = (span?.column ?? 0) - 1;
      expect(carets).toMatch(/^ *\^+$/);
      if (line.length <= 160) expect(rows[1]?.slice(8)).toBe(line.replaceAll('\t', ' '));
      if (marked !== '') expect((rows[1]?.slice(8) ?? '').slice(column, carets.length).trim()).toBe(marked);
    }
  });

  test('each code that says that a compose file is wrong is among them', () => {
    const others: readonly string[] = ['E_UNSUPPORTED', 'E_CONTAINERFILE'];
    const all = Object.entries(codes).filter(([name, { exit }]) => exit === 3 && !others.includes(name));
    const shown = new Set<string>(samples.map(([code]) => code));
    expect(all.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
