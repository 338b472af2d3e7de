import { types } from 'node:util';

const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

export type TypedArrayName = keyof typeof TYPED_ARRAYS;
export type TypedArray = InstanceType<(typeof TYPED_ARRAYS)[TypedArrayName]>;

export function isTypedArray(value: unknown): value is TypedArray {
  return types.isTypedArray(value);
}

/** Name of the built-in class, also for subclasses and values of another realm. */
export function typedArrayName(value: TypedArray): string {
  return value[Symbol.toStringTag];
}

export function isTypedArrayName(name: string): name is TypedArrayName {
  return Object.hasOwn(TYPED_ARRAYS, name);
}

/** The bytes are copied, so that the array does not see the pool that a Buffer may share. */
export function typedArrayOf(name: TypedArrayName, bytes: Uint8Array): TypedArray {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return new TYPED_ARRAYS[name](copy);
}
