import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  Activity,
  CompensationFor,
  TerminalError,
  Workflow,
  type Compensated,
  type WorkflowContext,
} from '@romancy/nestjs';
import { Column, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';

/** What stands for the world outside: to be replaced in tests. */
@Injectable()
export class Carrier {
  async collect(parcelId: string): Promise<string> {
    throw new Error(`There is no carrier for ${parcelId} in a test.`);
  }

  async recall(_trackingId: string): Promise<void> {
    throw new Error('There is no carrier in a test.');
  }
}

@Entity('label')
export class Label {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  parcelId!: string;
}

@Injectable()
export class ParcelActivities {
  constructor(private readonly carrier: Carrier) {}

  @Activity({ transactional: false, retry: { maxAttempts: 4, initialInterval: '1h', backoff: 1, jitter: 0 } })
  async collect(parcelId: string): Promise<string> {
    return this.carrier.collect(parcelId);
  }

  @CompensationFor('collect', { transactional: false })
  async recall({ result }: Compensated<ParcelActivities['collect']>): Promise<void> {
    await this.carrier.recall(result);
  }

  @Activity({ transactional: false })
  async inspect(parcelId: string): Promise<void> {
    if (parcelId.startsWith('broken')) throw new TerminalError(`${parcelId} is broken`);
  }
}

@Injectable()
export class LabelActivities {
  constructor(@InjectRepository(Label) private readonly labels: Repository<Label>) {}

  @Activity()
  async print(parcelId: string): Promise<number> {
    const label = await this.labels.save({ parcelId });
    return label.id;
  }
}

@Workflow({ name: 'parcel' })
export class ParcelWorkflow {
  constructor(private readonly parcels: ParcelActivities) {}

  async run(parcelId: string, ctx: WorkflowContext<string>): Promise<{ tracking: string; days: number }> {
    const begin = ctx.now().getTime();
    const tracking = await this.parcels.collect(parcelId);
    ctx.setStage('on its way');
    await ctx.sleep('2d');
    await this.parcels.inspect(parcelId);
    return { tracking, days: (ctx.now().getTime() - begin) / 86_400_000 };
  }
}

@Workflow({ name: 'labelled' })
export class LabelledWorkflow {
  constructor(private readonly labels: LabelActivities) {}

  async run(parcelId: string, ctx: WorkflowContext<string>): Promise<number> {
    await ctx.sleep('30d');
    return this.labels.print(parcelId);
  }
}
