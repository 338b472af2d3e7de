import type { Mistake } from '../discovery/mistake.js';

export const NO_SCHEMA = (where: string, option: string): Mistake => ({
  where,
  problem: `option ${option} is neither a Standard Schema nor a class`,
  cure: 'Give a schema of zod, Valibot or ArkType, or a class with decorators of class-validator',
});

export const NO_VALIDATOR_PACKAGES = (where: string, option: string, className: string): Mistake => ({
  where,
  problem: `option ${option} is the class ${className}, but class-validator and class-transformer are not both installed`,
  cure: 'Run npm install class-validator class-transformer, or give a Standard Schema',
});

export const NO_RULES = (where: string, option: string, className: string): Mistake => ({
  where,
  problem: `option ${option} is the class ${className}, whose properties carry no decorator of class-validator`,
  cure: 'Decorate them (@IsString(), @IsInt() …), or give a Standard Schema',
});
