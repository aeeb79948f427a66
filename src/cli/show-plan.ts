import type { Plan } from '../plan/types.ts';
import type { Session } from './session.ts';

export type PlanFormat = 'text' | 'json' | 'dot' | 'mermaid';

/** Prints a plan on stdout; as JSON one line: what the executor takes, secrets masked. */
export async function showPlan(session: Session, plan: Plan, format: PlanFormat): Promise<void> {
  const [{ planDot, planMermaid, printPlan }, { maskedJson }] = await Promise.all([
    import('../plan/print.ts'),
    import('../plan/masked-plan.ts'),
  ]);
  session.print(show());

  function show(): string {
    switch (format) {
      case 'json':
        return `${maskedJson(plan)}\n`;
      case 'dot':
        return planDot(plan);
      case 'mermaid':
        return planMermaid(plan);
      case 'text':
        return plan.actions.length === 0 ? `nothing to do\n${placementsOnly()}` : printPlan(plan);
    }
  }

  function placementsOnly(): string {
    return printPlan(plan).replace(/^\n/, '');
  }
}
