import type { CompensationDefinition } from '../definition/activity-definition.js';
import { activityCompleted, activityFailed } from '../history/envelope.js';
import { fromFailure, toFailure } from '../history/failure.js';
import type { NewCompensation } from '../ports/commit.js';
import type { CompensationCommand } from '../replay/command.js';
import type { ActiveTurn } from './active-turn.js';

export interface CompensationFacts {
  readonly stepId: string;
  readonly argsText: string;
  readonly resultText: string;
  readonly inDoubt: boolean;
}

/** The row that undoes a step: the family's keys (name, args, kwargs) and what ours need beside them. */
export function compensationFor(definition: CompensationDefinition, facts: CompensationFacts): NewCompensation {
  const { stepId, argsText, resultText, inDoubt } = facts;
  const name = JSON.stringify(definition.name);
  return {
    activityId: stepId,
    activityName: definition.name,
    args: `{"name":${name},"args":${argsText},"kwargs":{},"result":${resultText},"in_doubt":${String(inDoubt)}}`,
  };
}

/** Records a compensation that the workflow registers by hand: its row and its step in one entry. */
export function registerCompensation(turn: ActiveTurn, command: CompensationCommand): void {
  turn.inbox.post(async () => {
    if (!turn.running) return;
    const { payloads, errorTypes } = turn.services;
    const { stepId, name } = command;
    const time = turn.journal.stamp();
    try {
      const argsText = await payloads.seal(payloads.encode(command.args));
      turn.journal.draft.compensations.push({
        activityId: stepId,
        activityName: command.activityName,
        args: `{"name":${JSON.stringify(command.activityName)},"args":${argsText},"kwargs":{},"direct":true}`,
      });
      turn.memory.hasCompensations = true;
      const data = activityCompleted({ activityName: name, argsText, resultText: 'null', isVoid: true });
      const row = { activityId: stepId, eventType: 'ActivityCompleted', data, binary: null, time };
      await turn.deliver({ stepId, kind: 'activity', name, time, settlement: { ok: true, value: undefined } }, row);
    } catch (error) {
      const failure = toFailure(error);
      const data = activityFailed({ activityName: name, argsText: '[]', failure });
      const row = { activityId: stepId, eventType: 'ActivityFailed', data, binary: null, time };
      const settlement = { ok: false as const, error: fromFailure(failure, errorTypes) };
      await turn.deliver({ stepId, kind: 'activity', name, time, settlement }, row);
    }
  });
}
