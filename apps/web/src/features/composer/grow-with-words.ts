/** As high as its words; the style sheet says where that ends. For browsers without `field-sizing`. */
export function growWithWords(field: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
