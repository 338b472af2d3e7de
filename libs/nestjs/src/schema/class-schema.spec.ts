import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { classSchema } from './class-schema.js';

class Line {
  @JSONSchema({ description: 'Article number' })
  @IsString()
  sku!: string;

  @Max(9)
  @IsInt()
  quantity!: number;
}

class Category {
  @IsString()
  name!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Category)
  parent?: Category;
}

class Order {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @ValidateNested()
  @Type(() => Category)
  category!: Category;
}

describe('classSchema', () => {
  it('describes a class with its limits and descriptions', async () => {
    await expect(classSchema(Line)).resolves.toEqual({
      type: 'object',
      properties: {
        sku: { type: 'string', description: 'Article number' },
        quantity: { type: 'integer', maximum: 9 },
      },
      required: ['sku', 'quantity'],
    });
  });

  it('puts the classes that it nests beside it', async () => {
    await expect(classSchema(Order)).resolves.toMatchObject({
      properties: {
        lines: { type: 'array', items: { $ref: '#/$defs/Line' } },
        category: { $ref: '#/$defs/Category' },
      },
      $defs: {
        Line: { properties: { sku: { type: 'string' } } },
        Category: { properties: { parent: { $ref: '#/$defs/Category' } } },
      },
    });
  });

  it('knows a class that refers to itself', async () => {
    await expect(classSchema(Category)).resolves.toMatchObject({
      properties: { parent: { $ref: '#/$defs/Category' } },
      $defs: { Category: { required: ['name'] } },
    });
  });

  it('refuses two classes of one name', async () => {
    const Other = ((): new () => object => {
      class Line {
        @IsString()
        text!: string;
      }
      return Line;
    })();
    class Both {
      @ValidateNested()
      @Type(() => Line)
      line!: Line;

      @ValidateNested()
      @Type(() => Other)
      other!: object;
    }
    await expect(classSchema(Both)).rejects.toThrow('two classes of the name Line');
  });
});
