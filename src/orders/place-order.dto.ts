import { IsEmail, IsInt, IsNumber, IsPositive, IsString, Length, Matches, Max, Min } from 'class-validator';
import type { Order } from './order.js';

const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
const MOST = 1_000_000_000;

/** Body of `POST /orders`. */
export class PlaceOrder implements Order {
  @Length(1, 200)
  @IsString()
  readonly orderId!: string;

  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  @Length(1, 100)
  @IsString()
  readonly sku!: string;

  @Max(MOST)
  @Min(1)
  @IsInt()
  readonly quantity!: number;

  @Max(MOST)
  @IsPositive()
  @IsNumber()
  readonly amount!: number;

  @Matches(PRINTABLE, { message: '$property must not contain control characters' })
  @IsEmail({ require_tld: false })
  readonly email!: string;
}
