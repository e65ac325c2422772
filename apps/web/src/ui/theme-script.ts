export const THEME_KEY = "tertulia.theme";

/**
 * Runs in the head before anything is drawn, so that a forced theme never flashes the other one.
 * The only script we write into the page; a content security policy has to know its hash.
 */
export const THEME_SCRIPT = `try{const t=localStorage.getItem("${THEME_KEY}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}`;
