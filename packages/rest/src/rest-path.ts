/** Where everything of this door begins. */
export const REST_PATH = "/api/v1";
