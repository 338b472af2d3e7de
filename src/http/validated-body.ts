import { Body, Injectable, ValidationPipe, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from './invalid-request.js';

/** Lets the fields of a flat object through. Nested values, however deep, do not reach the validator, which walks them. */
@Injectable()
class FlatObjectPipe implements PipeTransform<unknown, Record<string, unknown>> {
  transform(body: unknown): Record<string, unknown> {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw invalidRequest([{ field: 'body', message: 'body must be a JSON object, sent as application/json' }]);
    }
    const isFlat = ([, value]: [string, unknown]): boolean => typeof value !== 'object';
    return Object.fromEntries(Object.entries(body).filter(isFlat));
  }
}

const validation = new ValidationPipe({
  transform: true,
  whitelist: true,
  exceptionFactory: (errors) =>
    invalidRequest(
      errors.flatMap(({ property, constraints = {} }) =>
        Object.values(constraints).map((message) => ({ field: property, message })),
      ),
    ),
});

/** The body as an object of the parameter's class, whose validators it has passed. */
export function ValidatedBody(): ParameterDecorator {
  return Body(FlatObjectPipe, validation);
}
