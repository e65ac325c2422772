/** Settings of a server whose limits on what a person does in a minute are met by nobody. */
export const limitsOutOfTheWay = {
  RATE_LIMIT_POSTS_PER_MINUTE: "1000000",
  RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000",
};
