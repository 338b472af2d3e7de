import { IsEmail, IsInt, IsNumber, IsPositive, IsString, Length, Matches, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import type { Order } from './order.js';

const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
const MOST = 1_000_000_000;

/** Body of `POST /orders`, and input of the workflow however it is started. */
export class PlaceOrder implements Order {
  @JSONSchema({ description: 'Number of the order, chosen by the one who places it' })
  @Length(1, 200)
  @IsString()
  readonly orderId!: string;

  @JSONSchema({ description: 'Article number, such as widget' })
  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  @Length(1, 100)
  @IsString()
  readonly sku!: string;

  @JSONSchema({ description: 'How many pieces' })
  @Max(MOST)
  @Min(1)
  @IsInt()
  readonly quantity!: number;

  @JSONSchema({ description: 'What the card is charged' })
  @Max(MOST)
  @IsPositive()
  @IsNumber()
  readonly amount!: number;

  @JSONSchema({ description: 'Address of the customer' })
  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  @IsEmail({ require_tld: false })
  readonly email!: string;
}
