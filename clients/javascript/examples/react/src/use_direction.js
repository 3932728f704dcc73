import { useRef } from "react";

/**
 * Which way a number went when it last changed: 1 up, -1 down, 0 where it hasn't.
 *
 * @param {number | undefined} value
 */
export function useDirection(value) {
  const last = useRef({ value, direction: 0 });
  if (value !== undefined && value !== last.current.value) {
    const before = last.current.value ?? value;
    last.current = { value, direction: Math.sign(value - before) };
  }
  return last.current.direction;
}
