import type { Plan } from '../plan/types.ts';
import type { Session } from './session.ts';

export type PlanFormat = 'text' | 'json' | 'dot' | 'mermaid';

/** Prints plans on stdout, one after the other; as JSON one value a line: those that the executor takes, secrets masked. */
export async function printPlans(
  session: Session,
  plans: readonly Plan[],
  format: PlanFormat,
): Promise<void> {
  const [{ planDot, planMermaid, printPlan }, { maskedJson }] = await Promise.all([
    import('../plan/print.ts'),
    import('../plan/masked-plan.ts'),
  ]);
  const shown = plans.filter(({ actions }, index) => actions.length > 0 || index === plans.length - 1);
  for (const plan of shown) session.print(show(plan));

  function show(plan: Plan): string {
    switch (format) {
      case 'json':
        return `${maskedJson(plan)}\n`;
      case 'dot':
        return planDot(plan);
      case 'mermaid':
        return planMermaid(plan);
      case 'text':
        return plan.actions.length === 0 ? `nothing to do\n${placementsOnly(plan)}` : printPlan(plan);
    }
  }

  function placementsOnly(plan: Plan): string {
    return printPlan(plan).replace(/^\n/, '');
  }
}
