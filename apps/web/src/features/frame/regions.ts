/** The parts of the screen that F6 walks through, in reading order; each marks itself with `data-region`. */
const REGIONS = ["nav", "log", "composer", "panel"];

const FOCUSABLE = "a[href], button:not(:disabled), input, textarea, select, [contenteditable], [tabindex]:not([tabindex='-1'])";

/** Moves the focus to the next part that is on the screen, round and round. Answers whether there was one. */
export function focusNextRegion(step: 1 | -1): boolean {
  const shown = REGIONS.flatMap((name) => {
    const element = document.querySelector<HTMLElement>(`[data-region='${name}']`);
    return element?.checkVisibility() ? [element] : [];
  });
  const here = shown.findIndex((element) => element.contains(document.activeElement));
  const next = shown.at(here === -1 ? 0 : (here + step) % shown.length);
  return next ? focusIn(next) : false;
}

/** Moves the focus to where one writes. Answers whether there is such a place and it wasn't there already. */
export function focusComposer(): boolean {
  const field = document.querySelector<HTMLElement>("[data-region='composer'] :is(textarea, [contenteditable])");
  if (!field || field === document.activeElement) return false;
  field.focus();
  return true;
}

function focusIn(region: HTMLElement): boolean {
  const target = region.matches(FOCUSABLE) ? region : region.querySelector<HTMLElement>(`[aria-current='page'], ${FIELD}`) ?? region.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
  return target !== null;
}

const FIELD = "textarea, [contenteditable]";
