import { assertType, expectTypeOf, test } from 'vitest';
import type {
  Action,
  ActionEvent,
  Engine,
  ExecuteRequest,
  Loaded,
  LoadRequest,
  Outcome,
  Plan,
  Planned,
  UpOptions,
} from '../../src/index.ts';
import { ComposeError, connect, execute, loadProject, planUp } from '../../src/index.ts';

test('loading takes what a project needs, and nothing unknown', () => {
  expectTypeOf(loadProject).parameters.toEqualTypeOf<[LoadRequest]>();
  expectTypeOf(loadProject).returns.toEqualTypeOf<Loaded>();
  assertType<LoadRequest>({ cwd: '/srv', env: { A: '1', B: undefined }, resolve: true });
  // @ts-expect-error: the folder is needed
  assertType<LoadRequest>({ env: {}, resolve: true });
  // @ts-expect-error: file, not files
  assertType<LoadRequest>({ cwd: '/srv', env: {}, resolve: true, file: ['compose.yaml'] });
});

test('planning gives data, which execute takes', () => {
  expectTypeOf(planUp).returns.toEqualTypeOf<Planned>();
  expectTypeOf<Planned['plan']>().toEqualTypeOf<Plan>();
  expectTypeOf(execute).parameters.toEqualTypeOf<[Plan, ExecuteRequest]>();
  expectTypeOf(execute).returns.resolves.toEqualTypeOf<Outcome>();
  // @ts-expect-error: a plan cannot be changed
  ((plan: Plan) => plan.actions.push())({} as Plan);
  // @ts-expect-error: the project cannot be changed
  ((loaded: Loaded) => (loaded.project.name = 'other'))({} as Loaded);
});

test('recreate knows three words', () => {
  assertType<UpOptions['recreate']>('changed');
  // @ts-expect-error: not one of them
  assertType<UpOptions['recreate']>('sometimes');
});

test('actions and events are told apart by their kind', () => {
  const nameOf = (action: Action): string => (action.kind === 'container.start' ? action.name : action.id);
  expectTypeOf(nameOf).returns.toBeString();
  // @ts-expect-error: not every action has a specification
  ((action: Action) => action.spec)({} as Action);
  expectTypeOf<Extract<ActionEvent, { kind: 'succeeded' }>['ms']>().toBeNumber();
  expectTypeOf<Extract<ActionEvent, { kind: 'started' }>>().not.toHaveProperty('ms');
});

test('connecting gives an engine, and errors carry diagnostics', () => {
  expectTypeOf(connect).returns.resolves.toEqualTypeOf<Engine>();
  expectTypeOf<ComposeError['exitCode']>().toBeNumber();
  expectTypeOf(new ComposeError([])).toExtend<Error>();
});
