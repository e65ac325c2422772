/** Whether fingers do the writing here. */
export const isTouched = (): boolean => window.matchMedia("(pointer: coarse)").matches;
