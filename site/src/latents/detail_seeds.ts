/**
 * The partners of a latent in the runs with other random seeds as HTML: in how many it is found, and what it is there.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { escaped } from "../escaped.ts";
import { fixed } from "../format.ts";
import type { LatentSource } from "./detail_html.ts";
import { effectTile } from "./pictures.ts";
import { type LatentSeeds, type Partner, partnerAddress, partnersOf, seedCount } from "./seeds.ts";

/** See the module comment; empty if the run is in no comparison, or the latent is dead. */
export function seedsPart(
  { seeds, facts, pictures }: Pick<LatentSource, "seeds" | "facts" | "pictures">,
  latent: number,
): string {
  const found = seeds?.foundIn[latent] ?? 0;
  if (!seeds || found === 0) return "";
  const items = partnersOf(seeds, latent).map((partner) => {
    const other = seeds.others[partner.place], address = partnerAddress(other, partner.latent);
    const tile = effectTile(pictures.partner(partner.place, partner.latent), facts);
    const words = `Latent ${partner.latent} of random seed ${other.seed}, decoder cosine ${
      fixed(partner.decoderCosine, 2)
    }, encoder cosine ${fixed(partner.encoderCosine, 2)}${verdict(partner, seeds)}`;
    const named = `aria-label="${escaped(words)}" title="${escaped(words)}"`,
      inner = `${tile}<span>${partner.latent}</span>`;
    const linked = address === null
      ? `<span role="img" ${named}>${inner}</span>`
      : `<a href="${facts.href}${address}" ${named}>${inner}</a>`;
    return `<li>${linked}<span>${cosines(partner)}</span><span>random seed ${other.seed}${
      verdict(partner, seeds)
    }</span></li>`;
  });
  const byDecoder = seeds.decoderFoundIn?.[latent] ?? found;
  const title = found === 1
    ? `Found in this random seed only, of ${seedCount(seeds)}`
    : `Found in ${found} of ${seedCount(seeds)} random seeds`;
  return `<section class="detail-similar detail-seeds"><h3 class="minor">${title}${
    byDecoder > found ? `, in ${byDecoder} by the decoder alone` : ""
  }</h3>${
    items.length === 0 ? `<p class="note">It has no partner in the other runs.</p>` : `<ul>${items.join("")}</ul>`
  }<p class="note">${noteOf(seeds, { partners: items.length, href: facts.href })}</p></section>`;
}

/** What a partner is that is not the same latent; nothing of one that is. */
function verdict({ isShared, decoderCosine }: Partner, { sharedAbove }: LatentSeeds): string {
  if (isShared) return "";
  return decoderCosine > sharedAbove ? ", the same in the decoder alone" : ", not the same";
}

/** The decoder cosine, and the encoder cosine after it. */
function cosines({ decoderCosine, encoderCosine, isShared }: Partner): string {
  const text = `${fixed(decoderCosine, 2)}, ${fixed(encoderCosine, 2)}`;
  return isShared ? `<b>${text}</b>` : text;
}

function noteOf({ page, sharedAbove }: LatentSeeds, { partners, href }: { partners: number; href: string }): string {
  const words =
    "The numbers below a partner are its cosine with this latent in the decoder, then in the encoder; it is the same latent if " +
    `both are above ${sharedAbove}.`;
  return `${partners === 0 ? "" : `${words} `}<a href="${href}${page}">All latents that every random seed finds</a>`;
}
