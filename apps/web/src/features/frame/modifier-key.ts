/** How the reader's keyboard calls the key for commands. */
export const modifierKey = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl");
