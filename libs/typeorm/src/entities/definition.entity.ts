import { defineEntity } from './define-entity.js';

export interface DefinitionRecord {
  readonly workflow_name: string;
  readonly source_hash: string;
  readonly source_code: string;
  readonly created_at?: string;
}

export const DefinitionEntity = defineEntity<DefinitionRecord>('RomancyDefinition', 'workflow_definitions', {
  workflow_name: { type: 'varchar', primary: true },
  source_hash: { type: 'varchar', primary: true },
  source_code: { type: 'text' },
});
