/**
 * tscompose as a library: the same stages as the command, without its terminal.
 *
 *     const loaded = loadProject({ cwd: process.cwd(), env: process.env, resolve: true });
 *     const engine = await connect({ environment: process.env, uid: process.getuid?.() ?? 0 });
 *     const observed = await engine.observe({ project: loaded.project.name, images: imageReferences({ loaded }), details: true });
 *     const { plan } = planUp({ loaded, observed, services: [] }, options);
 *     const outcome = await execute(plan, request);
 *
 * What is not listed here is not public and may change at any time.
 */

export type { Code } from './base/codes.ts';
export type { Diagnostic, Severity } from './base/diagnostic.ts';
export { ComposeError } from './base/errors.ts';
export type { Span } from './base/span.ts';
export { type LoadRequest, loadProject } from './compose/load.ts';
export type { SourceReader } from './compose/reader.ts';
export type { Loaded, Project, Provenance, Service } from './compose/types.ts';
export { execute } from './execute/execute.ts';
export type {
  ActionEvent,
  ActionOutcome,
  ActionState,
  ExecuteRequest,
  FailureMode,
  Outcome,
} from './execute/types.ts';
export type { Planned } from './plan/builder.ts';
export type { DownOptions, ImagesOptions, PlanInput, UpOptions } from './plan/inputs.ts';
export { planDown } from './plan/plan-down.ts';
export { planImages } from './plan/plan-images.ts';
export { planRestart, planStart, planStop } from './plan/plan-lifecycle.ts';
export { imageReferences, planUp } from './plan/plan-up.ts';
export { printPlan } from './plan/print.ts';
export type { Action, ActionId, ActionKind, Placement, Plan } from './plan/types.ts';
export { connect } from './podman/connect.ts';
export type { Capabilities, ConnectRequest, Engine, Feature, Observed } from './podman/types.ts';
