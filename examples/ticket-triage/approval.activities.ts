import { Injectable } from '@nestjs/common';
import { Activity } from '@romancy/nestjs';

export interface Approval {
  readonly isApproved: boolean;
  readonly by: string;
}

/** Who decides about money: here a rule that stands in for a supervisor. */
@Injectable()
export class ApprovalActivities {
  @Activity()
  async decide(ticketId: string, amount: number): Promise<Approval> {
    console.log(`  ticket ${ticketId}: a supervisor is asked about ${amount}`);
    return { isApproved: amount <= 500, by: 'the supervisor' };
  }
}
