/**
 * The files that the live page's Worker loads: the geometric median of the generated digits and, if the site is built
 * beside MNIST, images of it.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { liveDataFiles } from "../../live/live_files.ts";

export const getStaticPaths: GetStaticPaths = () =>
  liveDataFiles().map(({ name, content }) => ({ params: { file: name }, props: { content } }));

export const GET: APIRoute = async ({ props }) => new Response(await props.content());
