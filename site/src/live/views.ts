/**
 * The views of the live page by the names of their places in the markup, `data-view`.
 *
 * @module
 */
import { mountDraw } from "./draw/draw_view.ts";
import type { MountView } from "./live.ts";
import { mountOperate } from "./operate/operate_view.ts";
import { TRAIN_VIEWS } from "./train/views.ts";

/** See the module comment. */
export const VIEWS: Record<string, MountView> = { ...TRAIN_VIEWS, draw: mountDraw, operate: mountOperate };
