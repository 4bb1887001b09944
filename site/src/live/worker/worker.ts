/**
 * The Worker of the live page: takes the page's messages to a session.
 *
 * @module
 */
export {};
