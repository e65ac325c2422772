/** There are no pages to serve. */
export class WebAppNotBuilt extends Error {
  constructor() {
    super("The web app isn't built: start Tertulia with npm start, which builds it.");
  }
}
