import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsDate, IsIn, IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

class Line {
  @JSONSchema({ description: 'Article number' })
  @IsString()
  sku!: string;

  @Max(9)
  @IsInt()
  quantity!: number;
}

class Address {
  @IsString()
  street!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Address)
  otherwise?: Address;
}

export class DeliveryRequest {
  @IsIn(['van', 'bike'])
  by!: string;

  @ArrayMinSize(1)
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @ValidateNested()
  @Type(() => Address)
  to!: Address;

  @IsOptional()
  @IsDate()
  @Type(() => Date)
  due?: Date;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  tags?: string[];
}
