/** Settings of a server whose limits on what a person does in a while are met by nobody. */
export const limitsOutOfTheWay = {
  RATE_LIMIT_POSTS_PER_MINUTE: "1000000",
  RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000",
  RATE_LIMIT_CHANGES_PER_MINUTE: "1000000",
  RATE_LIMIT_ROOMS_PER_HOUR: "1000000",
};
