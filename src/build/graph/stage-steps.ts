/** Makes steps of a stage's instructions, one after the other. */
import { canonicalJson } from '../../base/digest.ts';
import type { Span } from '../../base/span.ts';
import { expandInstruction } from '../../containerfile/expand.ts';
import { parseTriggers } from '../../containerfile/parse.ts';
import { runScript } from '../../containerfile/run-script.ts';
import { enter } from '../../containerfile/scope.ts';
import type {
  AddInstruction,
  CopyInstruction,
  RunInstruction,
  StageInstruction,
} from '../../containerfile/types.ts';
import { applyInstruction, commandOf, withPath } from '../layer/image-config.ts';
import type { LayerWork, SegmentOptions } from '../types.ts';
import { copyStep } from './copy-step.ts';
import { fitsLine, historyText, preludeLine, quoted, userLine, workdirLine } from './lines.ts';
import { mountsOf } from './mount-sources.ts';
import { NotLayered } from './not-layered.ts';
import { runProcess } from './run-process.ts';
import { isBehind, type StagePoint, withoutTriggers, withPending } from './stage-point.ts';
import type { StageSetting } from './stage-setting.ts';
import type { NodeRef } from './step-node.ts';

export async function walkStage(
  start: StagePoint,
  instructions: readonly StageInstruction[],
  setting: StageSetting,
): Promise<StagePoint> {
  let point = start;
  for (const instruction of instructions) point = await step(point, instruction, setting);
  return point;
}

/** The triggers of a base fire first, and are not inherited. */
export async function fireTriggers(
  point: StagePoint,
  span: Span,
  setting: StageSetting,
): Promise<StagePoint> {
  const triggers = point.state.config.OnBuild ?? [];
  if (triggers.length === 0) return point;
  const cleared = { ...point, state: withoutTriggers(point.state) };
  return walkStage(cleared, parseTriggers(triggers, span), setting);
}

async function step(
  point: StagePoint,
  written: StageInstruction,
  setting: StageSetting,
): Promise<StagePoint> {
  const instruction = asBuilt(expandInstruction(written, point.scope.lookup), setting);
  const start = instruction.kind === 'arg' ? point : { ...point, state: withPath(point.state) };
  const next = await stepOf(start, instruction, setting);
  return { ...next, scope: enter(next.scope, instruction) };
}

/** Of WORKDIR the engine's builder keeps what was written, but for what newer ones take away. */
function asBuilt(instruction: StageInstruction, { world }: StageSetting): StageInstruction {
  if (instruction.kind !== 'workdir' || world.workdirSlash) return instruction;
  const { path } = instruction;
  return { ...instruction, path: { ...path, text: path.text.replace(/(?<=.)\/$/, '') } };
}

async function stepOf(
  point: StagePoint,
  instruction: StageInstruction,
  setting: StageSetting,
): Promise<StagePoint> {
  switch (instruction.kind) {
    case 'arg':
      return point;
    case 'run':
      return runStep(point, instruction, setting);
    case 'copy':
    case 'add':
      return transferStep(point, instruction, setting);
    default:
      return withPending(point, instruction, pendingWork(instruction));
  }
}

/**
 * WORKDIR makes no directory: podman build makes it when a RUN starts in it and after a COPY or ADD, and not at all when
 * none follows.
 */
function pendingWork(instruction: StageInstruction): LayerWork<NodeRef> {
  return { kind: 'config', createdBy: historyText(instruction.text), source: instruction.span };
}

/** Puts the configuration that is pending into an image. */
export function flush(point: StagePoint, setting: StageSetting, from: Span): StagePoint {
  if (!isBehind(point)) return { ...point, pending: [] };
  const last = point.pending.at(-1)?.instruction;
  const { span, text } = last ?? { span: from, text: configuration };
  return layersStep(
    point,
    { works: [], content: [], inputs: [], span, title: text, triggers: 'kept' },
    setting,
  );
}

/** The title of a step that no single instruction asked for. */
const configuration = 'configuration';

async function transferStep(
  point: StagePoint,
  instruction: CopyInstruction | AddInstruction,
  setting: StageSetting,
): Promise<StagePoint> {
  const { work, content, inputs, volatile } = await copyStep(instruction, {
    setting,
    config: point.state.config,
  });
  return layersStep(
    point,
    {
      works: [work],
      content: [content],
      inputs,
      span: instruction.span,
      title: instruction.text,
      triggers: 'held',
      volatile,
    },
    volatile ? { ...setting, fresh: true } : setting,
  );
}

interface LayersDraft {
  readonly works: readonly LayerWork<NodeRef>[];
  readonly content: readonly unknown[];
  readonly inputs: readonly NodeRef[];
  readonly span: Span;
  readonly title: string;
  /** held: not before the end of the stage. */
  readonly triggers: 'kept' | 'held';
  readonly volatile?: boolean;
}

function layersStep(point: StagePoint, draft: LayersDraft, setting: StageSetting): StagePoint {
  const made = draft.triggers === 'kept' ? point.state : withoutTriggers(point.state);
  const works = [...point.pending.map(({ work }) => work), ...draft.works];
  const node = setting.table.add({
    parent: point.at,
    inputs: draft.inputs,
    detail: { kind: 'layers', works, config: made.config, author: made.author },
    options: setting.options,
    title: titleOf(draft.title),
    span: draft.span,
    service: setting.service,
    fresh: setting.fresh,
    caches: setting.caches,
    volatile: draft.volatile ?? false,
    content: [draft.content, canonicalJson(made.config), made.author],
  });
  return { ...point, at: { kind: 'step', node }, made, pending: [] };
}

async function runStep(
  before: StagePoint,
  instruction: RunInstruction,
  setting: StageSetting,
): Promise<StagePoint> {
  const point = readyForBuildah(before, setting, instruction.span);
  const mounts = await mountsOf(instruction, setting, point.state.config.WorkingDir ?? '/');
  const script = runScript(instruction);
  const shell = point.state.config.Shell;
  const argv =
    script.kind === 'exec'
      ? script.args
      : script.kind === 'file'
        ? [scriptPath]
        : commandOf({ form: 'shell', text: script.text, span: instruction.span }, shell);
  const consumed = point.pending.filter(({ instruction: one }) => preludeLine(one) !== undefined);
  const prelude = [
    ...placeLines(point, consumed),
    ...argLines(point.scope),
    ...consumed.flatMap(({ instruction: one }) => (isPlace(one) ? [] : (preludeLine(one) ?? []))),
  ];
  const flags = [...mounts.flags, ...(script.kind === 'file' ? [scriptMount] : [])];
  const options = runOptions(setting.options, instruction, point);
  const { config } = point.state;
  const made = consumed.reduce(
    (state, { instruction: one }) => applyInstruction(state, one),
    withPath(point.made),
  );
  const process = runProcess({ instruction, argv, config, scope: point.scope, options });
  const node = setting.table.add({
    parent: point.at,
    inputs: mounts.inputs,
    detail: {
      kind: 'run',
      prelude,
      run: ['RUN', ...flags, JSON.stringify(argv)].join(' '),
      contexts: mounts.contexts,
      ...(mounts.context ? { context: mounts.context } : {}),
      ...(script.kind === 'file' ? { script: script.content } : {}),
      ...(process ? { process } : {}),
      config: made.config,
      author: made.author,
      createdBy: `/bin/sh -c ${script.kind === 'shell' ? script.text : JSON.stringify(argv)}`,
    },
    options,
    title: titleOf(instruction.text),
    span: instruction.span,
    service: setting.service,
    fresh: setting.fresh,
    caches: setting.caches,
    volatile: false,
    content: {
      argv,
      flags,
      prelude,
      mounts: mounts.content,
      script: script.kind === 'file' ? script.content : '',
      args: [...point.scope.args],
      env: config.Env ?? [],
      at: [config.WorkingDir ?? '', config.User ?? '', Object.keys(config.Volumes ?? {}).sort()],
      options: { ...options, secrets: mounts.secrets },
    },
  });
  const pending = point.pending.filter(({ instruction: one }) => preludeLine(one) === undefined);
  return { ...point, at: { kind: 'step', node }, made, pending };
}

/** Nothing in the image may do things of its own when Buildah goes on from it, and every line must be writable. */
function readyForBuildah(point: StagePoint, setting: StageSetting, span: Span): StagePoint {
  const hasTriggers = (point.made.config.OnBuild ?? []).length > 0;
  const fits = point.pending.every(({ instruction }) => fitsLine(instruction));
  if (!hasTriggers && fits) return point;
  const draft = {
    works: [],
    content: [],
    inputs: [],
    span,
    title: configuration,
    triggers: 'held',
  } as const;
  return layersStep(point, draft, setting);
}

const scriptPath = '/dev/run-script';
const scriptMount = `--mount=type=bind,from=${'tscompose-script'},source=script,target=${scriptPath}`;

function isPlace({ kind }: StageInstruction): boolean {
  return kind === 'user' || kind === 'workdir';
}

/**
 * In a segment Buildah makes the working directory at every line, as whoever is the user by then, and podman build only where
 * the RUN starts: so only the last of each, before all other lines, and the directory in which it starts last.
 */
function placeLines({ state }: StagePoint, consumed: StagePoint['pending']): string[] {
  const { User = '', WorkingDir = '/' } = state.config;
  const hasUser = consumed.some(({ instruction }) => instruction.kind === 'user');
  const hasFolder = consumed.some(({ instruction }) => instruction.kind === 'workdir');
  return [
    ...(hasUser && hasFolder ? ['WORKDIR /'] : []),
    ...(hasUser ? [userLine(User)] : []),
    ...(hasFolder ? [workdirLine(WorkingDir)] : []),
  ];
}

function argLines({ args, globals }: StagePoint['scope']): string[] {
  return [...args].map(([name, value]) => argLine(name, value, globals.platform.get(name)));
}

/** Newer Buildahs refuse a default for an ARG that they set themselves. */
function argLine(name: string, value: string, own: string | undefined): string {
  if (name !== 'TARGETSTAGE' && own !== undefined) {
    if (value !== own) throw new NotLayered(`the build argument ${name} differs from the platform's`);
    return `ARG ${name}`;
  }
  const text = quoted(value);
  if (text === undefined) throw new NotLayered(`the build argument ${name} has more than one line`);
  return `ARG ${name}=${text}`;
}

/** `RUN --network` and `--security` go by the command's flags: old Buildahs do not know them in the file. */
function runOptions(
  options: SegmentOptions,
  { network, security }: RunInstruction,
  { scope }: StagePoint,
): SegmentOptions {
  return {
    ...options,
    ...(scope.proxies.size > 0 ? { proxies: Object.fromEntries(scope.proxies) } : {}),
    ...(network && network.text !== 'default' ? { network: network.text } : {}),
    ...(security?.text === 'insecure' ? { privileged: true } : {}),
  };
}

function titleOf(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
