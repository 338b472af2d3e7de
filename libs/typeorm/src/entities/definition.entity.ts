import { EntitySchema } from 'typeorm';

export interface DefinitionRecord {
  readonly workflow_name: string;
  readonly source_hash: string;
  readonly source_code: string;
  readonly created_at?: string;
}

export const DefinitionEntity = new EntitySchema<DefinitionRecord>({
  name: 'RomancyDefinition',
  tableName: 'workflow_definitions',
  synchronize: false,
  columns: {
    workflow_name: { type: 'varchar', primary: true },
    source_hash: { type: 'varchar', primary: true },
    source_code: { type: 'text' },
  },
});
